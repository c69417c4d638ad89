//! When to stop: SIGTERM from the service manager, SIGINT from a person.

use tokio::signal::unix::{SignalKind, signal};

/// Waits until somebody asks the process to stop.
///
/// If the machine gives no signal handlers, waits for ever: the process can still be killed, and nothing is lost by that.
pub async fn requested() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
