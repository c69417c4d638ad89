//! What must be at a product before a request, as `needs` says.

use json::json;

use crate::world::World;

/// Name and number of members of each team that `fixture:groups` makes.
pub(super) const TEAMS: [(&str, usize); 2] = [("Atrium Screens", 3), ("Canteen Screens", 0)];

/// Makes it at the product of a customer.
pub(super) fn make(world: &World, customer: &str, needs: &str) {
    let directory = &world.around.house(customer).directory;
    match needs {
        "fixture:250-users" => drop(directory.seed_people(250)),
        "fixture:groups" => {
            for (name, size) in TEAMS {
                directory.seed_team(name, (1..).take(size));
            }
        }
        needs => {
            let hand_made =
                needs.strip_prefix("fixture:backend-user ").and_then(|rest| rest.strip_suffix(" created by hand"));
            let login = hand_made.unwrap_or_else(|| panic!("no fixture `{needs}`"));
            directory.add_person(json!({"login": login, "mails": [{"value": login, "type": "work"}]}));
        }
    }
}
