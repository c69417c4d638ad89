//! What may be in the binary: deny.toml, enforced with cargo alone.
//!
//! deny.toml is in cargo-deny's own format and can be used with it, advisories included; this test needs no more than the
//! toolchain, so that nobody merges what the policy refuses because a tool was not there.

mod spdx;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use json::Value;

use self::spdx::Licence;
use crate::tree::root;

/// How a lock file begins the source of a crate that comes from a registry.
const REGISTRY: &str = "registry+";

/// The part of deny.toml that is enforced here.
struct Policy {
    targets: Vec<String>,
    licences: BTreeSet<String>,
    /// Crate to reason.
    banned: BTreeMap<String, String>,
    /// `name@version` of duplicates that are put up with, each with a reason.
    skipped: BTreeSet<String>,
}

/// A package of the dependency graph.
#[derive(Clone)]
struct Package {
    name: String,
    version: String,
    licence: String,
    /// `None` for those of the project.
    source: Option<String>,
    /// Whether the binary or its build needs it: not for tests only.
    ships: bool,
}

impl Policy {
    fn parse(text: &str) -> Self {
        let policy: toml::Table = toml::from_str(text).expect("deny.toml is TOML");
        let list = |table: &str, key: &str| policy[table][key].as_array().cloned().unwrap_or_default();
        let text = |value: &toml::Value| value.as_str().expect("deny.toml has a text here").to_owned();
        let with_reason = |entry: &toml::Value| {
            let reason = entry.get("reason").map(text).unwrap_or_default();
            assert!(!reason.is_empty(), "deny.toml: `{entry}` needs a reason");
            (text(&entry["crate"]), reason)
        };
        Self {
            targets: list("graph", "targets").iter().map(text).collect(),
            licences: list("licenses", "allow").iter().map(text).collect(),
            banned: list("bans", "deny").iter().map(with_reason).collect(),
            skipped: list("bans", "skip").iter().map(|entry| with_reason(entry).0).collect(),
        }
    }

    /// Everything that the policy refuses.
    fn refusals(&self, packages: &[Package]) -> Vec<String> {
        let mut refused = Vec::new();
        // Whichever registry the first crate comes from is the default one: another would stand beside it.
        let registry =
            packages.iter().filter_map(|package| package.source.as_deref()).find(|s| s.starts_with(REGISTRY));
        for package in packages {
            let named = format!("{}@{}", package.name, package.version);
            if let Some(reason) = self.banned.get(&package.name).filter(|_| package.ships) {
                refused.push(format!("{named} is banned: {reason}"));
            }
            match Licence::parse(&package.licence) {
                Ok(licence) if licence.is_satisfied_by(&self.licences) => {}
                Ok(_) => refused
                    .push(format!("{named} has the licence `{}`, which deny.toml does not allow", package.licence)),
                Err(trouble) => {
                    refused
                        .push(format!("{named} has the licence `{}`, which is not SPDX: {trouble}", package.licence));
                }
            }
            if let Some(source) = package.source.as_deref().filter(|source| Some(*source) != registry) {
                refused.push(format!("{named} comes from `{source}`: take it from the default registry"));
            }
        }
        refused.extend(self.duplicates(packages));
        refused
    }

    /// Versions beside the newest that nobody put up with, and exceptions that nobody needs.
    fn duplicates(&self, packages: &[Package]) -> Vec<String> {
        let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for package in packages.iter().filter(|package| package.ships && package.source.is_some()) {
            versions.entry(&package.name).or_default().insert(&package.version);
        }
        let mut refused = Vec::new();
        for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
            let extra = versions.iter().filter(|version| !self.skipped.contains(&format!("{name}@{version}"))).count();
            if extra > 1 {
                refused.push(format!(
                    "{name} is there in versions {versions:?}: keep one, or `skip` the others with a reason"
                ));
            }
        }
        for skipped in &self.skipped {
            let (name, version) = skipped.split_once('@').unwrap_or((skipped, ""));
            if !versions.get(name).is_some_and(|versions| versions.len() > 1 && versions.contains(version)) {
                refused.push(format!("deny.toml: `{skipped}` is no duplicate: take it out of `skip`"));
            }
        }
        refused
    }
}

/// The packages for one target, from `cargo metadata`.
fn packages(target: &str) -> Vec<Package> {
    let metadata = metadata(target, &["--offline"]).or_else(|_| metadata(target, &[]));
    let metadata = metadata.unwrap_or_else(|trouble| panic!("cargo metadata failed: {trouble}"));
    parse(&json::from_str(&metadata).expect("cargo metadata is JSON"))
}

fn metadata(target: &str, more: &[&str]) -> Result<String, String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let arguments = ["metadata", "--format-version", "1", "--locked", "--filter-platform", target];
    let output = Command::new(cargo).current_dir(root()).args(arguments).args(more).output();
    let output = output.map_err(|error| error.to_string())?;
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn parse(metadata: &Value) -> Vec<Package> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = list(&metadata["resolve"]["nodes"]);
    let packages = list(&metadata["packages"]);
    let mut ships = BTreeSet::new();
    let mut next: Vec<String> = list(&metadata["workspace_members"]).iter().map(text).collect();
    while let Some(id) = next.pop() {
        let Some(node) = nodes.iter().find(|node| node["id"] == id.as_str()).filter(|_| ships.insert(id.clone()))
        else {
            continue;
        };
        let manifest = packages.iter().find(|package| package["id"] == id.as_str()).unwrap_or(&Value::Null);
        let is_shipped = |dependency: &&Value| {
            list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"] != "dev")
                && is_active(manifest, node, dependency)
        };
        next.extend(list(&node["deps"]).iter().filter(is_shipped).map(|dependency| text(&dependency["pkg"])));
    }
    let resolved: BTreeSet<String> = nodes.iter().map(|node| text(&node["id"])).collect();
    let read = |package: &Value| Package {
        name: text(&package["name"]),
        version: text(&package["version"]),
        licence: text(&package["license"]),
        source: package["source"].as_str().map(str::to_owned),
        ships: ships.contains(&text(&package["id"])),
    };
    packages.iter().filter(|package| resolved.contains(&text(&package["id"]))).map(read).collect()
}

/// Whether a feature that is on asks for `dependency`.
///
/// `cargo metadata` also lists optional dependencies that are only named weakly (`ring?/std`); `cargo tree` does not, and
/// neither does the build.
fn is_active(manifest: &Value, node: &Value, dependency: &Value) -> bool {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    // The edge has the name of the library, the manifest that of the package or its alias.
    let name_of =
        |declared: &Value| declared["rename"].as_str().or(declared["name"].as_str()).unwrap_or_default().to_owned();
    let is_it =
        |declared: &Value| name_of(declared).replace('-', "_") == dependency["name"].as_str().unwrap_or_default();
    let declared: Vec<Value> = list(&manifest["dependencies"]).into_iter().filter(is_it).collect();
    let Some(name) = declared.first().map(name_of) else { return true };
    let (whole, part) = (format!("dep:{name}"), format!("{name}/"));
    let asks =
        |wish: &Value| wish.as_str().is_some_and(|wish| wish == whole || wish == name || wish.starts_with(&part));
    let is_optional = declared.iter().all(|declared| declared["optional"] == true);
    let features = list(&node["features"]);
    let wishes = |feature: &Value| list(&manifest["features"][feature.as_str().unwrap_or_default()]);
    !is_optional || features.iter().any(|feature| wishes(feature).iter().any(asks))
}

#[test]
fn every_dependency_is_within_the_policy() {
    let text = std::fs::read_to_string(root().join("deny.toml")).expect("deny.toml is at the root");
    let policy = Policy::parse(&text);
    for target in &policy.targets {
        let packages = packages(target);
        assert!(packages.iter().filter(|package| package.ships).count() > 50, "cargo metadata gave too little");
        let refused = policy.refusals(&packages);
        assert!(refused.is_empty(), "for {target}:\n{}", refused.join("\n"));
    }
}

#[cfg(test)]
mod tests {
    //! The policy refuses bad samples.

    use json::json;

    use super::*;

    const POLICY: &str = "graph.targets = []\nlicenses.allow = [\"MIT\"]\n[bans]\n\
        deny = [{ crate = \"ring\", reason = \"r\" }]\nskip = [{ crate = \"syn@1.0.0\", reason = \"r\" }]\n";

    fn package(name: &str, version: &str) -> Package {
        let source = Some(format!("{REGISTRY}https://example.com/index"));
        Package { name: name.to_owned(), version: version.to_owned(), licence: "MIT".to_owned(), source, ships: true }
    }

    #[track_caller]
    fn check(more: &[Package], expected: &[&str]) {
        let mut packages = vec![package("syn", "1.0.0"), package("syn", "2.0.0")];
        packages.extend_from_slice(more);
        let refused = Policy::parse(POLICY).refusals(&packages);
        let fits = refused.len() == expected.len()
            && refused.iter().zip(expected).all(|(found, expected)| found.contains(expected));
        assert!(fits, "expected {expected:#?}, found {refused:#?}");
    }

    #[test]
    fn what_is_not_allowed_is_refused() {
        let git = Some("git+https://example.com/x".to_owned());
        check(&[], &[]);
        check(&[package("ring", "1.0.0")], &["ring@1.0.0 is banned: r"]);
        check(&[Package { ships: false, ..package("ring", "1.0.0") }], &[]);
        check(&[Package { licence: "GPL-3.0".to_owned(), ..package("a", "1.0.0") }], &["`GPL-3.0`, which deny.toml"]);
        check(&[Package { licence: String::new(), ..package("a", "1.0.0") }], &["not SPDX"]);
        check(&[Package { source: git, ..package("a", "1.0.0") }], &["take it from the default registry"]);
        let other = Some(format!("{REGISTRY}https://example.com/other"));
        check(&[Package { source: other, ..package("a", "1.0.0") }], &["take it from the default registry"]);
        check(&[package("syn", "3.0.0")], &["syn is there in versions"]);
        check(&[package("a", "1.0.0"), Package { ships: false, ..package("a", "2.0.0") }], &[]);
    }

    #[test]
    fn what_ships_is_what_a_feature_asks_for() {
        let dependency = |name: &str, optional: bool| json!({ "name": name, "rename": null, "optional": optional });
        let edge =
            |name: &str, kind: Option<&str>| json!({ "name": name, "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let package = |id: &str, dependencies: &[Value]| {
            json!({
                "id": id, "name": id, "version": "1.0.0", "license": "MIT", "source": null, "dependencies": dependencies,
                "features": { "std": ["weak?/std", "dep:wanted"], "other": ["dep:weak"] }
            })
        };
        let dependencies = [dependency("plain", false), dependency("weak", true), dependency("wanted", true)];
        let edges = [edge("plain", None), edge("weak", None), edge("wanted", None), edge("tested", Some("dev"))];
        let leaf = |id: &str| json!({ "id": id, "features": [], "deps": [] });
        let packages = parse(&json!({
            "workspace_members": ["root"],
            "packages": [
                package("root", &dependencies),
                package("plain", &[]), package("weak", &[]), package("wanted", &[]), package("tested", &[])
            ],
            "resolve": { "nodes": [
                { "id": "root", "features": ["std"], "deps": edges },
                leaf("plain"), leaf("weak"), leaf("wanted"), leaf("tested")
            ] }
        }));
        let shipped = packages.iter().filter(|package| package.ships).map(|package| package.name.as_str());
        assert_eq!(shipped.collect::<Vec<_>>(), ["root", "plain", "wanted"]);
        assert_eq!(packages.len(), 5);
    }

    #[test]
    fn an_exception_that_nobody_needs_is_refused() {
        let refused = Policy::parse(POLICY).refusals(&[package("syn", "2.0.0")]);
        assert_eq!(refused, ["deny.toml: `syn@1.0.0` is no duplicate: take it out of `skip`"]);
    }

    #[test]
    #[should_panic(expected = "needs a reason")]
    fn a_ban_without_a_reason_is_refused() {
        Policy::parse("graph.targets = []\nlicenses.allow = []\nbans.deny = [{ crate = \"a\" }]\nbans.skip = []\n");
    }
}
