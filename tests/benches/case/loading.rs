//! Profiles from their text: what a start pays for each, and a reload for all.

use rules::Profile;
use rules::shipped::SHIPPED;

use super::{Case, repeat};

const GROUP: &str = "loading";

/// How many profiles a large gateway has.
const PROFILES: usize = 100;

pub(super) const CASES: &[Case] = &[
    Case { group: GROUP, name: "one_profile", prepare: || repeat(|| load(1)) },
    Case { group: GROUP, name: "100_profiles", prepare: || repeat(|| load(PROFILES)) },
];

/// Loads the profiles that ship, over and over.
fn load(count: usize) -> usize {
    let loaded =
        SHIPPED.iter().cycle().take(count).filter(|shipped| Profile::load(shipped.name, shipped.profile).is_ok());
    let loaded = loaded.count();
    assert_eq!(loaded, count);
    loaded
}
