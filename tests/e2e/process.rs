//! The binary `scimgate` as a child process: started, listened to, killed.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Longer than anything takes; reached only by a test that fails.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A serving gateway. Dropping it kills it.
pub(crate) struct Process {
    /// `http://127.0.0.1:8080`, as the process printed it.
    pub(crate) scim_url: String,
    /// Where the SCIM port is.
    pub(crate) scim: SocketAddr,
    /// Where the private port is.
    pub(crate) admin: SocketAddr,
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    log: Arc<Mutex<String>>,
    logging: JoinHandle<()>,
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; `None` if a signal ended it.
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) stdout: String,
    /// Standard error.
    pub(crate) stderr: String,
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scimgate"));
    command.args(arguments).env_remove("SCIMGATE_CONFIG").env_remove("RUST_LOG").env("NO_COLOR", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Runs `scimgate` to its end.
pub(crate) async fn run(arguments: &[&str], stdin: &str) -> Ran {
    run_in(Path::new("."), arguments, stdin).await
}

/// The same in a folder.
pub(crate) async fn run_in(folder: &Path, arguments: &[&str], stdin: &str) -> Ran {
    let mut child = command(arguments).current_dir(folder).spawn().unwrap();
    // A command that does not read its input has closed it already.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes()).await;
    let output = timeout(PATIENCE, child.wait_with_output()).await;
    let output = output.unwrap_or_else(|_| panic!("scimgate {arguments:?} does not end")).unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Process {
    /// `scimgate run` with this configuration, serving.
    pub(crate) async fn run(config: &Path) -> Self {
        Self::serving(&["run", "--config", config.to_str().unwrap()], true).await
    }

    /// A command that serves; it says where on standard output. One without a private port repeats the SCIM port.
    pub(crate) async fn serving(arguments: &[&str], has_admin: bool) -> Self {
        let mut child = command(arguments).spawn().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let logging = tokio::spawn({
            let log = Arc::clone(&log);
            async move {
                while let Ok(Some(line)) = lines.next_line().await {
                    log.lock().unwrap().push_str(&(line + "\n"));
                }
            }
        });
        let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let scim_url = said(&mut stdout, "scim ", &log).await;
        let scim = address(&scim_url);
        let admin = if has_admin { address(&said(&mut stdout, "admin ", &log).await) } else { scim };
        Self { scim_url, scim, admin, child, stdout, log, logging }
    }

    /// Everything on standard error so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// The most memory that the process had resident so far, in KiB.
    #[cfg(target_os = "linux")]
    pub(crate) fn peak_memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id().unwrap())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Whether the process is still there.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// `kill -9`, and waits until it is gone.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// SIGTERM. Does not wait.
    pub(crate) fn terminate(&self) {
        let pid = self.child.id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(sent.success(), "no signal was sent");
    }

    /// Waits for the end; gives the rest of standard output and all of standard error with the status.
    pub(crate) async fn ended(mut self) -> (ExitStatus, String, String) {
        let Ok(status) = timeout(PATIENCE, self.child.wait()).await else {
            panic!("the gateway does not end:\n{}", self.log())
        };
        let mut rest = String::new();
        while let Some(line) = self.stdout.next_line().await.unwrap() {
            rest.push_str(&(line + "\n"));
        }
        (&mut self.logging).await.unwrap();
        (status.unwrap(), rest, self.log())
    }
}

/// What stands behind `what` on the next line.
async fn said(stdout: &mut Lines<BufReader<ChildStdout>>, what: &str, log: &Mutex<String>) -> String {
    let line = timeout(PATIENCE, stdout.next_line()).await.expect("it says where it serves").unwrap();
    let found = line.as_deref().and_then(|line| line.strip_prefix(what)).map(str::to_owned);
    found.unwrap_or_else(|| panic!("no line `{what}…` but {line:?}; it says:\n{}", log.lock().unwrap()))
}

fn address(url: &str) -> SocketAddr {
    url.split_once("://").and_then(|(_, address)| address.parse().ok()).unwrap_or_else(|| panic!("no address: {url}"))
}
