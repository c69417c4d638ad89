//! `scimgate run`: serves until it is asked to stop.

use crate::assemble::{Gateway, Options, StartError};
use crate::cli;
use crate::config::Config;
use crate::{logging, shutdown};

use super::{Exit, complain, print};

/// Reads the configuration, starts both ports, says where they are, and serves until SIGTERM or SIGINT.
pub async fn run(options: &cli::Run) -> Exit {
    let config = match Config::load(&options.config) {
        Ok(config) => config,
        Err(problems) => {
            complain(&format!("{} cannot be used; nothing was started\n{problems}", options.config.display()));
            return Exit::Unusable;
        }
    };
    logging::start(config.log.level, config.log.format);
    let gateway = match Gateway::start(config, Options::default()).await {
        Ok(gateway) => gateway,
        Err(error) => {
            complain(&format!("nothing was started: {error}"));
            return exit_of(&error);
        }
    };
    print(&format!("scim {}", gateway.scim_url()));
    print(&format!("admin {}", gateway.admin_url()));
    tracing::info!(scim = gateway.scim_url(), admin = gateway.admin_url(), "serving");
    shutdown::requested().await;
    tracing::info!("stopping: no new connections, finishing what is in flight");
    gateway.stop().await;
    Exit::Fine
}

fn exit_of(error: &StartError) -> Exit {
    match error {
        StartError::Tenants(_) | StartError::Target { .. } => Exit::Unusable,
        StartError::Listen { .. } | StartError::Store(_) | StartError::Client(_) | StartError::Metrics(_) => {
            Exit::Failed
        }
    }
}
