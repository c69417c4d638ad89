//! The binary `scimgate`: reads the command line, does one thing, says how it went.

use std::process::ExitCode;

use clap::Parser as _;
use gateway::cli::{Cli, Command, Token};
use gateway::command::{self, Exit, complain};
use gateway::demo::{self, Demo};

fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    // One crypto library for both sides of the gateway; already installed only if a test did so.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let exit = match command {
        Command::Check(check) => command::check::run(&check),
        Command::Guide(guide) => command::guide::run(&guide),
        Command::New(new) => command::new::run(&new),
        Command::Schema(of) => command::schema::run(of),
        Command::Token(Token::New) => command::token::new(),
        Command::Token(Token::Hash) => command::token::hash(),
        Command::Token(Token::Account) => command::token::account(),
        Command::Token(Token::Issue(options)) => block_on(command::token::issued::issue(&options)),
        Command::Token(Token::List(options)) => block_on(command::token::issued::list(&options)),
        Command::Token(Token::Revoke(options)) => block_on(command::token::issued::revoke(&options)),
        Command::Run(run) => block_on(command::run::run(&run)),
        Command::Test(test) => block_on(command::test::run(&test)),
        Command::Explain(explain) => block_on(command::explain::run(&explain)),
        Command::Diff(diff) => block_on(command::diff::run(&diff)),
        Command::Demo(options) => block_on(demo::run(match (options.listen, options.token) {
            (Some(address), Some(token)) => Demo::Listen { address, token },
            _ if options.once => Demo::Once,
            _ => Demo::Stay,
        })),
    };
    exit.into()
}

fn block_on(work: impl Future<Output = Exit>) -> Exit {
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(work),
        Err(error) => {
            complain(&format!("the runtime cannot start: {error}"));
            Exit::Failed
        }
    }
}
