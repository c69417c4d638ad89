//! One exchange over loopback sockets: a client, the assembled gateway with its store and audit, and a stand-in product, all
//! in this process. What is measured is the client's wait, with everybody's work in it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;

use gateway::assemble::{Gateway, Options};
use gateway::command::token::hash_of;
use gateway::config::Config;
use gateway::standin::serve::Served;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::exchange::{Request, create, look_up};
use super::played::{KNOWN_LOGIN, Played};
use super::samples::{FULL_USER, MESSAGING_USER};
use super::token::TOKEN;
use super::{Case, Run};

const GROUP: &str = "loopback";

pub(super) const CASES: &[Case] = &[
    Case { group: GROUP, name: "look_up", prepare: || ask("directory", &look_up(KNOWN_LOGIN)) },
    Case { group: GROUP, name: "create", prepare: || ask("directory", &create(FULL_USER)) },
    // Its profile remembers: one durable commit, and a look-up before the create.
    Case { group: GROUP, name: "create_by_number", prepare: || ask("telemessage", &create(MESSAGING_USER)) },
];

/// Everybody but the client.
struct World {
    product: Served,
    gateway: Gateway,
    _folder: TempDir,
    _runtime: Runtime,
}

impl World {
    fn new(profile: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("secret"), "of-the-account").unwrap();
        let runtime = Runtime::new().unwrap();
        let (product, gateway) = runtime.block_on(async {
            let product = Served::start(Arc::new(Played::new())).await.unwrap();
            let config = Config::parse("bench", &config(profile, &product.url()), folder.path()).unwrap();
            (product, Gateway::start(config, Options::default()).await.unwrap())
        });
        Self { product, gateway, _folder: folder, _runtime: runtime }
    }

    /// A stand-in keeps what it saw; that must not pile up.
    fn forget(&self) {
        drop(self.product.take_seen());
    }
}

fn config(profile: &str, product: &str) -> String {
    let secret = if profile == "directory" { "target-key" } else { "target-token" };
    let params = if profile == "directory" { "" } else { r#"params = { region = "GB" }"# };
    format!(
        r#"[scim]
listen = "127.0.0.1:0"

[admin]
listen = "127.0.0.1:0"

[store]
path = "bench.db"

[[tenant]]
id           = "acme"
profile      = "{profile}"
token_hashes = ["{hash}"]
target       = {{ base = "{product}", secrets = {{ {secret} = "file:secret" }} }}
{params}
"#,
        hash = hash_of(TOKEN),
    )
}

/// A client with one connection, kept alive.
struct Client {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Client {
    fn new(url: &str) -> Self {
        let stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, answer: Vec::new() }
    }

    /// The status of the answer, once all of it is here.
    fn ask(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).unwrap();
        self.answer.clear();
        let mut some = [0; 8192];
        while !is_whole(&self.answer) {
            let read = self.stream.read(&mut some).unwrap();
            assert_ne!(read, 0, "the gateway closed the connection");
            self.answer.extend_from_slice(&some[..read]);
        }
        // `HTTP/1.1 200 OK`.
        std::str::from_utf8(&self.answer[9..12]).unwrap().parse().unwrap()
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let mut lines = std::str::from_utf8(&answer[..head]).unwrap().lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    answer.len() == head + 4 + length.parse::<usize>().unwrap()
}

fn ask(profile: &str, request: &Request) -> Run {
    let world = World::new(profile);
    let mut client = Client::new(world.gateway.scim_url());
    let Request { method, path, query, body, status } = request;
    let (query, length) = (query.as_deref().unwrap_or_default(), body.len());
    let request = format!(
        "{method} /scim/v2{path}?{query} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {TOKEN}\r\n\
         content-type: application/scim+json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let status = *status;
    Box::new(move || {
        assert_eq!(client.ask(request.as_bytes()), status);
        world.forget();
    })
}
