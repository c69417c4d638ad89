//! The definitions of the keys against the loader: it asks for every key that is defined, and for no other.

use std::collections::BTreeSet;

use super::*;
use crate::profile::keys::PROFILE;
use crate::shipped::SHIPPED;

/// Every kind of table once. What it says need not make sense, it only has to be asked for.
const EVERYTHING: &str = include_str!("everything.toml");

/// What the loader asks for when it reads `text`, as table and key.
fn asked(text: &str) -> BTreeSet<(&'static str, &'static str)> {
    let sheet = Sheet::new("p.toml", text).defined_by(&PROFILE);
    let read = sheet.document(PROFILE_BYTES_MAX, |section| root(&sheet, section));
    assert!(read.is_some(), "not TOML");
    sheet.asked.take().into_iter().collect()
}

#[test]
fn the_loader_asks_for_what_is_defined_and_for_nothing_else() {
    // Members are changed one by one, or as a whole.
    let single = EVERYTHING.replacen("\nset = ", "\n# set = ", 1);
    let single = single.replacen("{ direct = \"on\" }", "{ emptied = \"roles\", otherwise = [\"agent\"] }", 1);
    let complete = include_str!("../../../../../docs/profile.md").split("```toml complete\n").skip(1);
    let complete = complete.filter_map(|rest| rest.split("```").next());
    let texts = SHIPPED.iter().map(|shipped| shipped.profile).chain(complete).chain([MINIMAL, EVERYTHING, &single]);
    let asked: BTreeSet<_> = texts.flat_map(asked).collect();
    let all = PROFILE.within();
    let defined: BTreeSet<_> = all.iter().flat_map(|table| table.all().map(|key| (table.name, key.name))).collect();
    let unread: Vec<_> = defined.difference(&asked).collect();
    // At a table of names, a loader may ask for one of them.
    let of_names = |name: &str| all.iter().any(|table| table.name == name && table.names.is_some());
    let undefined: Vec<_> = asked.difference(&defined).filter(|(table, _)| !of_names(table)).collect();
    let none: [&(&str, &str); 0] = [];
    assert_eq!((unread.as_slice(), undefined.as_slice()), (none.as_slice(), none.as_slice()), "not read, not defined");
}
