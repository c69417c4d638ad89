//! The command line, as clap reads it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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
    /// Play recorded requests against two versions of a profile and tell which of them change, and how.
    Diff(Diff),
    /// Write rules for a new product to start from: a profile with the questions to ask of its API, first cases, a page.
    New(New),
    /// Write the integration guide for one customer's admin: how its IdP is connected, in that IdP's own terms.
    Guide(Guide),
    /// Play the whole path on this machine, with stand-ins for the IdP and the product. Needs no configuration.
    Demo(Demo),
    /// Print what may stand in a profile or a configuration, as JSON Schema for editors.
    #[command(subcommand)]
    Schema(Schema),
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
    /// Tell notes too: what identity providers usually send and the profile drops. They never fail.
    #[arg(long)]
    pub verbose: bool,
}

/// `scimgate test`.
#[derive(Debug, Args)]
#[command(after_help = TEST_EXAMPLES)]
pub struct Test {
    /// Profiles (file, folder or shipped name); their cases are in `profile.test.toml` beside them.
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Play only the cases that have this in their name; then nothing is asked of the coverage.
    #[arg(long, value_name = "NAME")]
    pub filter: Option<String>,
    /// Fail if the cases see less than this many percent of the profile's rules at work; 100 for profiles that ship.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min_coverage: Option<u8>,
    /// Write the results as `JUnit` XML, too.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Rewrite what the cases expect to what happens, keeping comments, and show what was changed.
    #[arg(long, conflicts_with_all = ["json", "junit", "min_coverage"])]
    pub update: bool,
    /// Print results as JSON.
    #[arg(long)]
    pub json: bool,
}

const TEST_EXAMPLES: &str = "Examples:
  scimgate test telemessage                     the cases of a profile that ships
  scimgate test profiles/acme --filter disabled only those about disabling
  scimgate test profiles/* --min-coverage 100 --junit results.xml
  scimgate test profiles/acme --update          after a change that is meant; read the difference";

/// `scimgate explain`.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub struct Explain {
    /// The profile, unless `--profile` or `--config` says which; and the request: a file with JSON, raw HTTP or a curl command,
    /// or `-` for standard input.
    #[arg(value_names = ["PROFILE", "REQUEST"], num_args = 0..=2)]
    pub paths: Vec<PathBuf>,
    /// Profile: file, folder or shipped name.
    #[arg(long, value_name = "PATH", conflicts_with = "config")]
    pub profile: Option<PathBuf>,
    /// A configuration: profile, parameters and protocol are those of the tenant.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The tenant; without it the one that the request's path, credential or host belongs to.
    #[arg(long, value_name = "ID", requires = "config")]
    pub tenant: Option<String>,
    /// The request as a curl command, in place of a file.
    #[arg(long, value_name = "COMMAND")]
    pub curl: Option<String>,
    /// A parameter of the profile: `region=GB`.
    #[arg(long = "param", value_name = "NAME=VALUE", conflicts_with = "config")]
    pub params: Vec<String>,
    /// Facts: a JSON array of what the target answers, `{"call": "GET /users?…", "status": 200, "body": …}`, or an object with
    /// `answers`, `remembered`, `params`, `protocol`. Without it nobody exists.
    #[arg(long, value_name = "FILE", alias = "answers")]
    pub given: Option<PathBuf>,
    /// Ask the real target what nobody gave: reads only, never a write.
    #[arg(long, requires = "config")]
    pub live: bool,
    /// Print steps and calls as JSON.
    #[arg(long)]
    pub json: bool,
}

const EXPLAIN_EXAMPLES: &str = "Examples:
  scimgate explain telemessage request.json
  scimgate explain telemessage --param region=GB --given facts.json request.http
  scimgate explain --config scimgate.toml --curl \"curl -X DELETE https://scim.example.com/t/acme/scim/v2/Users/1001\"
  scimgate explain --config scimgate.toml --tenant acme --live request.json";

/// `scimgate diff`.
#[derive(Debug, Args)]
#[command(after_help = DIFF_EXAMPLES)]
pub struct Diff {
    /// The profile as it was: file, folder or shipped name.
    pub old: PathBuf,
    /// The profile as it shall be.
    pub new: PathBuf,
    /// A folder of recorded exchanges, or one file of them: requests as `explain` reads them, with what was given, or cases as
    /// `test` plays them.
    #[arg(long, value_name = "DIR")]
    pub requests: PathBuf,
    /// Print the exchanges and what changes as JSON.
    #[arg(long)]
    pub json: bool,
}

const DIFF_EXAMPLES: &str = "Exit codes: 0 nothing changes, 1 something does, 2 it cannot be told.

Examples:
  scimgate diff telemessage profiles/telemessage --requests recorded/
  scimgate diff old/profile.toml new/profile.toml --requests old/profile.test.toml --json";

/// `scimgate new`.
#[derive(Debug, Args)]
#[command(after_help = NEW_EXAMPLES)]
pub struct New {
    /// What the product is called: small letters, digits and `-`. Its profile and its folder have this name.
    #[arg(value_name = "NAME", required_unless_present = "list")]
    pub name: Option<String>,
    /// The shape of its API: one that `--list` shows.
    #[arg(long, value_name = "SHAPE", required_unless_present = "list")]
    pub like: Option<String>,
    /// The folder; without it, one of the product's name. What is there is never written over.
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Print the files instead of writing them.
    #[arg(long)]
    pub dry_run: bool,
    /// List the shapes of APIs.
    #[arg(long)]
    pub list: bool,
}

const NEW_EXAMPLES: &str = "Examples:
  scimgate new --list
  scimgate new acme-desk --like rest-json
  scimgate new acme-desk --like actions --output profiles/acme-desk --dry-run";

/// `scimgate guide`.
#[derive(Debug, Args)]
#[command(after_help = GUIDE_EXAMPLES)]
pub struct Guide {
    /// Whose guide: the tenant's id.
    #[arg(value_name = "TENANT")]
    pub tenant: String,
    /// What the customer has.
    #[arg(long, value_name = "IDP")]
    pub idp: Idp,
    /// The configuration, which has the tenant.
    #[arg(long, value_name = "FILE", env = "SCIMGATE_CONFIG", default_value = "scimgate.toml")]
    pub config: PathBuf,
    /// How it is written.
    #[arg(long, value_name = "FORMAT", default_value = "markdown")]
    pub format: GuideFormat,
    /// Write it to this file, over what is there, instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// An identity provider that guides are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Idp {
    /// Microsoft Entra ID.
    Entra,
    /// Okta.
    Okta,
    /// `OneLogin`.
    Onelogin,
}

/// How a guide is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GuideFormat {
    /// Markdown, with tables.
    Markdown,
    /// One HTML file, fit to be printed or sent.
    Html,
}

const GUIDE_EXAMPLES: &str = "Examples:
  scimgate guide acme --idp entra > acme.md
  scimgate guide acme --idp okta --format html --output acme.html";

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

/// `scimgate schema`.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Schema {
    /// Of `profile.toml`.
    Profile,
    /// Of `scimgate.toml`.
    Config,
}

/// `scimgate token`.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make a token, which may serve as the password of a user name too; print it once, with its hash.
    New,
    /// Print the hash of a token read from standard input. Never hash a password that somebody chose.
    Hash,
    /// Make an account id and a password for an IdP that signs in with HTTP Basic; print both once, with the hash.
    Account,
    /// Issue a token to a tenant whose configuration says `issued_tokens = true`; print it once. The one it had opens nothing any more,
    /// at once, also at a gateway that is running.
    Issue(Issue),
    /// List the issued tokens of a tenant: when each was issued and when it ends, never the token.
    List(Issued),
    /// End every issued token of a tenant, at once.
    Revoke(Issued),
}

/// Whose issued tokens.
#[derive(Debug, Args)]
pub struct Issued {
    /// The tenant's id.
    #[arg(value_name = "TENANT")]
    pub tenant: String,
    /// The configuration of the gateway, which names its store.
    #[arg(long, value_name = "FILE", env = "SCIMGATE_CONFIG", default_value = "scimgate.toml")]
    pub config: PathBuf,
}

/// `scimgate token issue`.
#[derive(Debug, Args)]
pub struct Issue {
    /// Whose.
    #[command(flatten)]
    pub of: Issued,
    /// How long the token that the tenant has still opens: `12h`, `90m`, `7d`. Without it, not at all.
    #[arg(long, value_name = "TIME")]
    pub overlap: Option<jiff::SignedDuration>,
}

#[cfg(test)]
mod tests;
