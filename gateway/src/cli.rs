//! The command line, as clap reads it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// SCIM provisioning for products that have none.
#[derive(Debug, Parser)]
#[command(name = "scimgate", version, about, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve: SCIM on the public port; health, metrics and status on the private one.
    Run(Run),
    /// Check profiles and configurations: every problem at once, with its place and what to write instead.
    Check(Check),
    /// Run the tests that lie beside profiles.
    Test(Test),
    /// Show what a request becomes and which rule did it. Never writes.
    Explain(Explain),
    /// Play the whole path on this machine, with stand-ins for the IdP and the product. Needs no configuration.
    Demo(Demo),
    /// Make bearer tokens or passwords, and the hashes that the configuration holds.
    #[command(subcommand)]
    Token(Token),
}

/// `scimgate run`.
#[derive(Debug, Args)]
pub struct Run {
    /// The configuration.
    #[arg(long, value_name = "FILE", env = "SCIMGATE_CONFIG", default_value = "scimgate.toml")]
    pub config: PathBuf,
}

/// `scimgate check`.
#[derive(Debug, Args)]
pub struct Check {
    /// Profiles (file, folder or shipped name) and configurations.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Print problems as JSON, one array for all files.
    #[arg(long)]
    pub json: bool,
    /// Fail on warnings too.
    #[arg(long)]
    pub strict: bool,
}

/// `scimgate test`.
#[derive(Debug, Args)]
pub struct Test {
    /// Profiles (file, folder or shipped name); their cases are in `profile.test.toml` beside them.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Print results as JSON.
    #[arg(long)]
    pub json: bool,
}

/// `scimgate explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Profile: file, folder or shipped name.
    #[arg(long, value_name = "PATH")]
    pub profile: PathBuf,
    /// A parameter of the profile: `region=GB`.
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// What the target answers: a JSON array of `{"call": "GET /users?…", "status": 200, "body": …}`. Without it nobody exists.
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// Print steps and calls as JSON.
    #[arg(long)]
    pub json: bool,
    /// The request: a JSON file `{"method", "path", "headers", "body"}`, or `-` for standard input.
    #[arg(value_name = "REQUEST")]
    pub request: PathBuf,
}

/// `scimgate demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Exit after the cycles; the exit code says whether all went well.
    #[arg(long, conflicts_with = "listen")]
    pub once: bool,
    /// Serve plain HTTP at `/scim/v2` for any SCIM client, on the profile `directory`.
    #[arg(long, value_name = "ADDR", requires = "token")]
    pub listen: Option<SocketAddr>,
    /// The bearer token that clients of `--listen` present.
    #[arg(long, value_name = "TOKEN", requires = "listen")]
    pub token: Option<String>,
}

/// `scimgate token`.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token, which may serve as the password of a user name too; print it once, with its hash.
    New,
    /// Print the hash of a token read from standard input. Never hash a password that somebody chose.
    Hash,
}

#[cfg(test)]
mod tests;
