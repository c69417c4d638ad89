//! `scimgate demo`: the whole path on one machine, with nothing to configure.
//!
//! A stand-in product, a stand-in Entra issuer and the gateway itself, wired as an operator would wire them: by a
//! `scimgate.toml`. Then an Entra tenant with a blank token plays its cycles (`cycles`), and each step is shown as what was
//! sent, which rule did what, and which target calls were made (`show`).

mod cycles;
mod directory;
mod folder;
mod people;
mod player;
mod show;
mod world;

use std::net::SocketAddr;

use crate::command::Exit;

/// What the demo is asked to do.
#[derive(Debug, Clone)]
pub enum Demo {
    /// Play the cycles, print the URLs, stay up until interrupted.
    Stay,
    /// Play the cycles and exit.
    Once,
    /// Serve plain HTTP for any SCIM client, on the profile `directory`.
    Listen {
        /// Where.
        address: SocketAddr,
        /// The bearer token that clients present.
        token: String,
    },
}

/// Runs the demo.
pub async fn run(demo: Demo) -> Exit {
    match demo {
        Demo::Listen { address, token } => directory::serve(address, &token).await,
        Demo::Once => cycles_then(async |_| {}).await,
        Demo::Stay => {
            cycles_then(async |world| {
                show::urls(world);
                crate::shutdown::requested().await;
            })
            .await
        }
    }
}

/// Plays the cycles, and if all went well, what comes then; leaves nothing behind either way.
async fn cycles_then(then: impl AsyncFnOnce(&world::World)) -> Exit {
    show::title();
    let world = match world::World::start().await {
        Ok(world) => world,
        Err(error) => return show::went_wrong(&error),
    };
    let exit = match cycles::play(&world).await {
        Ok(()) => {
            then(&world).await;
            Exit::Fine
        }
        Err(error) => show::went_wrong(&error),
    };
    world.stop().await;
    exit
}

/// What went wrong in a demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The stand-ins or the gateway did not start.
    #[error("the demo cannot start: {0}")]
    Start(String),
    /// A request got no answer.
    #[error("`{request}` was not answered: {reason}")]
    NoAnswer {
        /// Method and path.
        request: String,
        /// Why.
        reason: String,
    },
    /// A step did not end as it must.
    #[error("step «{step}» went wrong: {reason}")]
    Step {
        /// Its title.
        step: String,
        /// What was expected and what came.
        reason: String,
    },
}
