//! A small HTTP server on loopback for tests: answers what a closure says, and remembers what it was asked.
//!
//! It writes raw bytes, one request per connection, so that it can misbehave in every way a real one does.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What it was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Request line and headers.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: String,
}

impl Asked {
    /// `GET /users?x=1`.
    pub(crate) fn line(&self) -> &str {
        self.head.lines().next().unwrap().trim_end_matches(" HTTP/1.1")
    }

    /// The path with its query.
    pub(crate) fn path(&self) -> &str {
        self.line().split_once(' ').unwrap().1
    }

    /// The value of a header, by its lowercase name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).filter_map(|line| line.split_once(": ")).find(|row| row.0 == name).map(|row| row.1)
    }
}

/// How it answers; the connection is closed afterwards.
pub(crate) enum Reply {
    /// These bytes.
    Raw(Vec<u8>),
    /// Not at all, until the client gives up.
    Hang,
}

impl Reply {
    /// A well-formed answer.
    pub(crate) fn new(status: u16, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::raw(&format!(
            "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
        ))
    }

    /// Any bytes.
    pub(crate) fn raw(text: &str) -> Self {
        Self::Raw(text.as_bytes().to_vec())
    }
}

/// The server; its threads end with the test's process.
pub(crate) struct Loopback {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Loopback {
    /// Starts to serve on a port of its own.
    pub(crate) fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                thread::spawn(move || serve(stream.unwrap(), &*answer, &log));
            }
        });
        Self { address, asked }
    }

    /// `http://127.0.0.1:port`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Everything it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// A base URL at which nobody listens.
    pub(crate) fn nobody() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    }
}

fn serve(mut stream: TcpStream, answer: &dyn Fn(&Asked) -> Reply, log: &Mutex<Vec<Asked>>) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let asked = loop {
        match stream.read(&mut buffer) {
            // A client that says something else than HTTP/1.1 (TLS) is remembered by its bytes.
            Ok(0) | Err(_) => return,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
        }
        let text = String::from_utf8_lossy(&bytes);
        if bytes[0] == 0x16 {
            break Asked { head: "TLS".to_owned(), body: String::new() };
        }
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let asked = Asked { head: head.to_owned(), body: body.to_owned() };
            if asked.header("content-length").is_none_or(|length| length.parse() == Ok(asked.body.len())) {
                break asked;
            }
        }
    };
    log.lock().unwrap().push(asked.clone());
    match answer(&asked) {
        // The client may have gone before everything was written.
        Reply::Raw(bytes) => drop(stream.write_all(&bytes)),
        Reply::Hang => while stream.read(&mut buffer).is_ok_and(|read| read > 0) {},
    }
}
