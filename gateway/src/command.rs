//! The subcommands, one file each, and how they end.

pub mod check;
pub mod diff;
pub mod explain;
pub mod guide;
pub mod new;
pub mod run;
pub mod schema;
pub mod test;
pub mod token;

use std::io::Write as _;
use std::process::ExitCode;

/// How a command ended; the numbers are part of the command line's contract (`docs/cli.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all is well.
    Fine,
    /// 1: what was asked for failed: `check` found errors, a test failed, `diff` found a change, the demo went wrong, serving ended badly.
    Failed,
    /// 2: the command line, configuration, a profile or a certificate is wrong; nothing was started.
    Unusable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Fine => ExitCode::SUCCESS,
            Exit::Failed => ExitCode::from(1),
            Exit::Unusable => ExitCode::from(2),
        }
    }
}

/// Says what is wrong, on standard error.
pub fn complain(message: &str) {
    // Nobody is left to tell if standard error is closed.
    let _ = writeln!(std::io::stderr(), "scimgate: {message}");
}

/// Prints data, on standard output. A reader that went away ends the printing, not the command.
pub fn print(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}
