//! The cycles that Entra ID plays in the demo, each step checked against what the product then holds.

use json::Value;

use super::DemoError;
use super::people::{self, Person};
use super::player::Played;
use super::show::{self, Step};
use super::world::World;

/// How many users come after those that are shown one by one.
const CROWD: usize = 200;

/// Plays all cycles.
pub(super) async fn play(world: &World) -> Result<(), DemoError> {
    test_connection(world).await?;
    let people = people::spelled();
    let ids = first_cycle(world, &people).await?;
    crowd(world).await?;
    unchanged_cycle(world, &people, &ids).await?;
    changed_number(world, &people[0], &ids[0]).await?;
    disable_and_enable(world, &people[1], &ids[1]).await?;
    unknown_manager(world).await?;
    show::summary(world, people.len() + CROWD);
    Ok(())
}

async fn test_connection(world: &World) -> Result<(), DemoError> {
    let step = Step::begin("Test Connection", "Entra asks for a user that cannot exist; the secret token is blank.");
    let played = world.player.find("c3b5cf0a-77cc-41fb-9bd3-0f6c1d2e9a55").await?;
    show::exchange(world, &played);
    step.check(played.status == 200 && played.answer["totalResults"] == 0, "an empty list", &played)
}

async fn first_cycle(world: &World, people: &[Person]) -> Result<Vec<String>, DemoError> {
    let step = Step::begin("First cycle", "Each user is looked for and created; numbers come as people typed them.");
    let mut ids = Vec::with_capacity(people.len());
    for person in people {
        let found = world.player.find(&person.mobile).await?;
        step.check(found.answer["totalResults"] == 0, "nobody yet", &found)?;
        let played = world.player.create(person.create_body()).await?;
        if ids.is_empty() {
            show::exchange(world, &played);
            show::say("");
        } else {
            show::say(&format!("{:<20} sent as {:<20} held as {}", person.given, person.mobile, person.digits));
        }
        step.check(played.status == 201, "201 Created", &played)?;
        step.check(played.answer["userName"] == person.mobile.as_str(), "the number as it was sent", &played)?;
        step.check(held(world, &person.digits).is_some(), "the product to hold international digits", &played)?;
        ids.push(played.answer["id"].as_str().unwrap_or_default().to_owned());
    }
    Ok(ids)
}

async fn crowd(world: &World) -> Result<(), DemoError> {
    let step = Step::begin("First cycle, the rest", "The same for many users.");
    let bar = show::progress(CROWD);
    for person in people::crowd(CROWD) {
        let found = world.player.find(&person.mobile).await?;
        step.check(found.answer["totalResults"] == 0, "nobody yet", &found)?;
        let played = world.player.create(person.create_body()).await?;
        step.check(played.status == 201, "201 Created", &played)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    show::say(&format!("{CROWD} users created"));
    Ok(())
}

async fn unchanged_cycle(world: &World, people: &[Person], ids: &[String]) -> Result<(), DemoError> {
    let step =
        Step::begin("Incremental cycle, nothing changed", "Any spelling finds the one user; no write at the product.");
    let before = writes(world);
    for (person, id) in people.iter().zip(ids) {
        for spelling in [&person.mobile, &person.digits] {
            let found = world.player.find(spelling).await?;
            step.check(found.answer["Resources"][0]["id"] == id.as_str(), "the same user", &found)?;
        }
        let attributes = [("userName", person.mobile.as_str()), ("displayName", person.manager), ("active", "True")];
        let played = world.player.replace(id, &attributes).await?;
        if *id == ids[0] {
            show::exchange(world, &played);
        }
        step.check(played.status == 200, "200", &played)?;
    }
    let written = writes(world) - before;
    show::say(&format!("{} users repeated, {written} writes at the product", people.len()));
    step.require(written == 0, "a cycle that changes nothing must write nothing")
}

async fn changed_number(world: &World, person: &Person, id: &str) -> Result<(), DemoError> {
    let step = Step::begin("Incremental cycle, a new number", "userName and externalId change together; the id stays.");
    let played = world.player.replace(id, &[("userName", "07700 900 199"), ("externalId", "07700 900 199")]).await?;
    show::exchange(world, &played);
    step.check(played.status == 200 && played.answer["id"] == id, "the same id", &played)?;
    step.check(held(world, &person.digits).is_none(), "the old number to be gone", &played)?;
    step.check(held(world, "447700900199").is_some(), "the new number", &played)
}

async fn disable_and_enable(world: &World, person: &Person, id: &str) -> Result<(), DemoError> {
    for (title, value, status) in [("Disable", "False", "SUSPENDED"), ("Re-enable", "True", "ENABLED")] {
        let step = Step::begin(title, "active comes from Not([IsSoftDeleted]), as a string.");
        let played = world.player.replace(id, &[("active", value)]).await?;
        show::exchange(world, &played);
        let user = held(world, &person.digits).unwrap_or_default();
        step.check(played.status == 200 && user["status"] == status, "the product to follow", &played)?;
        let found = world.player.find(&person.mobile).await?;
        step.check(found.answer["totalResults"] == 1, "the user to be found still", &found)?;
    }
    Ok(())
}

async fn unknown_manager(world: &World) -> Result<(), DemoError> {
    let step = Step::begin(
        "A manager nobody knows",
        "displayName is a constant that names the manager; a wrong one is refused.",
    );
    let mut body = people::spelled()[0].create_body();
    body["userName"] = "07700 900500".into();
    body["displayName"] = "Unknown Team".into();
    let played = world.player.create(body).await?;
    show::exchange(world, &played);
    step.check(played.status == 400 && played.answer["scimType"] == "invalidValue", "400 invalidValue", &played)?;
    step.check(held(world, "447700900500").is_none(), "nothing to be created", &played)
}

/// The user with this number, as the product holds it.
fn held(world: &World, digits: &str) -> Option<Value> {
    world.users().into_iter().find(|user| user["msisdn"] == digits)
}

fn writes(world: &World) -> usize {
    world.served.seen().iter().filter(|seen| seen.writes()).count()
}

impl Step {
    /// Fails the demo unless `fine`.
    fn check(&self, fine: bool, expected: &str, played: &Played) -> Result<(), DemoError> {
        let reason = || {
            format!("{} {}: expected {expected}, got {} {}", played.method, played.path, played.status, played.answer)
        };
        if fine { Ok(()) } else { Err(DemoError::Step { step: self.title().to_owned(), reason: reason() }) }
    }

    fn require(&self, fine: bool, reason: &str) -> Result<(), DemoError> {
        if fine { Ok(()) } else { Err(DemoError::Step { step: self.title().to_owned(), reason: reason.to_owned() }) }
    }
}
