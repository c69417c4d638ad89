//! What the demo prints: steps on standard output, progress on standard error.

use std::io::Write as _;

use indicatif::{ProgressBar, ProgressStyle};

use super::DemoError;
use super::player::Played;
use super::world::World;
use crate::command::Exit;

/// One step of the demo.
pub(super) struct Step {
    title: &'static str,
}

impl Step {
    /// Prints the heading.
    pub(super) fn begin(title: &'static str, what: &str) -> Self {
        print(&format!("\n── {title} ──\n   {what}"));
        Self { title }
    }

    pub(super) fn title(&self) -> &str {
        self.title
    }
}

/// Prints one line of a step.
pub(super) fn say(line: &str) {
    print(&format!("   {line}"));
}

/// Prints one exchange: sent, decided, called, answered.
pub(super) fn exchange(world: &World, played: &Played) {
    print(&format!("\n   IdP      {} {}", played.method, readable(&played.path)));
    if let Some(body) = &played.sent {
        print(&format!("            {body}"));
    }
    if let Some(record) = world.record(&played.request_id) {
        for step in &record.steps {
            print(&format!("     {step}"));
        }
    }
    print(&format!("   answer   {} {}", played.status, played.answer));
}

/// A path as a person reads it; what was sent is its encoded form.
fn readable(path: &str) -> String {
    percent_encoding::percent_decode_str(&path.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Says what is about to happen.
pub(super) fn title() {
    print("scimgate demo: an Entra ID tenant with a blank secret token provisions a product that has no SCIM.");
    print("IdP = Entra ID (stand-in) · product = an internal REST API (stand-in) · between them the gateway.");
}

/// A progress bar on standard error; silent if that is no terminal.
pub(super) fn progress(count: usize) -> ProgressBar {
    let bar = ProgressBar::new(count as u64);
    if let Ok(style) = ProgressStyle::with_template("   {bar:40} {pos}/{len} users  {per_sec}  {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// What it came to.
pub(super) fn summary(world: &World, users: usize) {
    let seen = world.served.seen();
    let writes = seen.iter().filter(|seen| seen.writes()).count();
    print(&format!(
        "\n── Done ──\n   {users} users at the product, {writes} writes and {} reads there",
        seen.len() - writes
    ));
}

/// Where to look while the demo stays up.
pub(super) fn urls(world: &World) {
    print(&format!("\n   SCIM     {}/scim/v2", world.gateway.scim_url()));
    print(&format!("   console  {}/", world.gateway.admin_url()));
    print(&format!("   metrics  {}/metrics", world.gateway.admin_url()));
    print(&format!("   product  {}/users", world.served.url()));
    print(&format!("   try      {}", world.player.curl()));
    print("   The demo stays up until you press Ctrl-C.");
}

/// Reports a failed demo.
pub(super) fn went_wrong(error: &DemoError) -> Exit {
    crate::command::complain(&error.to_string());
    Exit::Failed
}

fn print(line: &str) {
    // A reader that went away (`demo | head`) ends the showing, not the demo.
    let _ = writeln!(std::io::stdout(), "{line}");
}
