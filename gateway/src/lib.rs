//! The thin shell: command line, configuration, assembly, shutdown; and the stand-ins that `demo` and the tests play with.
//!
//! Everything that asks the machine for time, randomness, environment or files lives here; everything that decides lives to
//! the left.

pub mod cli;
pub mod command;

pub mod assemble;
pub mod config;
pub mod probe;
pub mod recorder;
pub mod rehearsal;

pub mod clock;
pub mod logging;
pub mod shutdown;

pub mod demo;
pub mod standin;
