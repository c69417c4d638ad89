//! The internal API of an IT management product, as the profile `itmc` expects it: XML, and older than the product.
//!
//! Several organisations, told apart by a name and a key in two headers. Whatever is wrong is 400 with a `<fault>`. Lists show the
//! accounts of one state, and little of them; a PUT empties what it does not name; a DELETE archives, and the login stays taken.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gateway::standin::serve::{Asked, Play, Reply};
use http::Method;

/// What is written of an account, in the order of its elements.
const ELEMENTS: [&str; 9] =
    ["login", "state", "given", "family", "mail", "phone", "jobTitle", "department", "contractEnd"];

/// The moment at which the product began, in milliseconds since 1970: 2026-11-01.
const BEGAN_MS: u64 = 1_793_491_200_000;

/// The product.
#[derive(Debug, Default)]
pub(super) struct Product {
    organizations: Mutex<BTreeMap<String, Organization>>,
}

/// One customer.
#[derive(Debug)]
struct Organization {
    key: String,
    /// How many accounts may be active.
    seats: usize,
    accounts: BTreeMap<u64, Account>,
    /// Milliseconds since the product began; every request is one.
    now: u64,
}

/// One account. `BTreeMap` by element; what is not there is empty.
#[derive(Debug, Default, Clone)]
struct Account {
    elements: BTreeMap<String, String>,
    rev: u64,
    created: u64,
    modified: u64,
    /// When somebody last looked at it: changes by itself.
    seen: u64,
}

/// Why a request is refused: a code, and the element that is wrong.
type Fault = (&'static str, String);

// === impl Product ===

impl Product {
    /// A product without customers.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Opens an organisation.
    pub(super) fn open(&self, name: &str, key: &str) {
        let organization = Organization { key: key.to_owned(), seats: 200, accounts: BTreeMap::new(), now: 0 };
        self.lock().insert(name.to_owned(), organization);
    }

    /// From now on so many accounts of an organisation may be active.
    pub(super) fn limit(&self, organization: &str, seats: usize) {
        self.lock().get_mut(organization).unwrap().seats = seats;
    }

    /// An administrator makes an account by hand; gives its id.
    pub(super) fn add(&self, organization: &str, login: &str, state: char) -> String {
        let mut organizations = self.lock();
        let organization = organizations.get_mut(organization).unwrap();
        let elements = [("login", login.to_owned()), ("state", state.to_string())];
        organization.insert(elements.map(|(name, value)| (name.to_owned(), value)).into()).to_string()
    }

    /// What is held of each account, in the order of ids: `17 A ada@example.com|Ada|Reyes|…`.
    pub(super) fn held(&self, organization: &str) -> Vec<String> {
        let organizations = self.lock();
        let shown = |(id, account): (&u64, &Account)| {
            let rest: Vec<&str> = ELEMENTS[2..].iter().map(|name| account.element(name)).collect();
            format!("{id} {} {}|{}", account.element("state"), account.element("login"), rest.join("|"))
        };
        organizations[organization].accounts.iter().map(shown).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Organization>> {
        self.organizations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Play for Product {
    fn answer(&self, asked: &Asked) -> Reply {
        let mut organizations = self.lock();
        let signed = asked.header("x-organization-key");
        let organization = organizations
            .get_mut(asked.header("x-organization"))
            .filter(|organization| signed.strip_prefix("Key ") == Some(&organization.key));
        let Some(organization) = organization else { return refused(401, &("KEY", String::new())) };
        if !asked.header("accept").contains("xml") {
            return refused(400, &("XML_ONLY", String::new()));
        }
        organization.now += 1;
        let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
        let answered = match (&asked.method, segments.strip_prefix(&["api", "v9"]).unwrap_or_default()) {
            (&Method::GET, ["ping"]) => Ok((200, "<pong><ready>yes</ready></pong>".to_owned())),
            (&Method::GET, ["accounts"]) => Ok((200, organization.list(asked))),
            (&Method::POST, ["accounts"]) => organization.create(asked),
            (&Method::GET, ["accounts", id]) => organization.read(id),
            (&Method::PUT, ["accounts", id]) => organization.replace(id, asked),
            (&Method::DELETE, ["accounts", id]) => organization.archive(id),
            _ => Err(("NO_SUCH_CALL", String::new())),
        };
        match answered {
            Ok((204, _)) => Reply::empty(204),
            Ok((status, xml)) => Reply::text(status, "application/xml; charset=utf-8", document(&xml)),
            Err(fault) => refused(400, &fault),
        }
    }
}

fn refused(status: u16, (code, element): &Fault) -> Reply {
    let element = if element.is_empty() { String::new() } else { format!("<element>{element}</element>") };
    let xml = format!("<fault><code>{code}</code>{element}<text>see the manual, chapter 9</text></fault>");
    Reply::text(status, "application/xml; charset=utf-8", document(&xml))
}

fn document(root: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{root}\n")
}

// === impl Organization ===

impl Organization {
    /// The accounts of one state, the active ones unless it is said; of each no more than the login.
    fn list(&self, asked: &Asked) -> String {
        let state = asked.parameter("state").unwrap_or("A");
        let number = |name| asked.parameter(name).and_then(|text| text.parse().ok());
        let (from, size) = (number("from").unwrap_or(0), number("size").unwrap_or(50).min(50));
        let login = asked.parameter("login");
        let all: Vec<_> = self
            .accounts
            .iter()
            .filter(|(_, account)| account.element("state") == state)
            .filter(|(_, account)| login.is_none_or(|login| account.is_called(login)))
            .collect();
        if all.is_empty() {
            return "<accounts total=\"0\"/>".to_owned();
        }
        let mut xml = format!("<accounts total=\"{}\">", all.len());
        for (id, account) in all.iter().skip(from).take(size) {
            write!(xml, "\n  <account id=\"{id}\"><login>{}</login></account>", escaped(account.element("login")))
                .unwrap();
        }
        xml + "\n</accounts>"
    }

    fn read(&mut self, id: &str) -> Result<(u16, String), Fault> {
        let now = self.now;
        let account = self.account(id)?;
        account.seen = now;
        let mut xml = format!("<account id=\"{id}\" rev=\"{}\">", account.rev);
        for name in ELEMENTS {
            match account.element(name) {
                "" => write!(xml, "<{name}/>").unwrap(),
                value => write!(xml, "<{name}>{}</{name}>", escaped(value)).unwrap(),
            }
        }
        let moments = [("created", account.created), ("modified", account.modified), ("seen", account.seen)];
        for (name, at) in moments {
            write!(xml, "<{name}>{}</{name}>", BEGAN_MS + at).unwrap();
        }
        Ok((200, xml + "</account>"))
    }

    fn create(&mut self, asked: &Asked) -> Result<(u16, String), Fault> {
        let elements = elements(asked)?;
        self.admit(None, &elements)?;
        let id = self.insert(elements);
        Ok((201, format!("<created id=\"{id}\"/>")))
    }

    fn insert(&mut self, elements: BTreeMap<String, String>) -> u64 {
        let id = self.accounts.keys().last().map_or(16, |last| *last) + 1;
        let now = self.now;
        self.accounts.insert(id, Account { elements, rev: 1, created: now, modified: now, seen: now });
        id
    }

    /// What is not named is emptied; an archived account comes back if its new state is another.
    fn replace(&mut self, id: &str, asked: &Asked) -> Result<(u16, String), Fault> {
        let elements = elements(asked)?;
        let own = self.account(id).map(|_| id.parse().ok())?;
        self.admit(own, &elements)?;
        let now = self.now;
        let account = self.account(id)?;
        *account = Account { elements, rev: account.rev + 1, modified: now, ..account.clone() };
        Ok((204, String::new()))
    }

    fn archive(&mut self, id: &str) -> Result<(u16, String), Fault> {
        let now = self.now;
        let account = self.account(id)?;
        account.elements.insert("state".to_owned(), "X".to_owned());
        account.rev += 1;
        account.modified = now;
        Ok((204, String::new()))
    }

    fn account(&mut self, id: &str) -> Result<&mut Account, Fault> {
        let found = id.parse().ok().and_then(|id: u64| self.accounts.get_mut(&id));
        found.ok_or(("NO_ACCOUNT", String::new()))
    }

    /// Why account `own`, or a new one, cannot be like this.
    fn admit(&self, own: Option<u64>, elements: &BTreeMap<String, String>) -> Result<(), Fault> {
        let element = |name: &str| elements.get(name).map_or("", String::as_str);
        let bad = |name: &str| Err(("BAD_VALUE", name.to_owned()));
        if element("login").is_empty() {
            return bad("login");
        }
        if !matches!(element("state"), "A" | "I") {
            return bad("state");
        }
        if !element("mail").is_empty() && !element("mail").contains('@') {
            return bad("mail");
        }
        if !element("contractEnd").is_empty() && element("contractEnd").parse::<u64>().is_err() {
            return bad("contractEnd");
        }
        let others = || self.accounts.iter().filter(|(id, _)| Some(**id) != own).map(|(_, account)| account);
        match others().find(|account| account.is_called(element("login"))) {
            Some(account) if account.element("state") == "X" => return Err(("LOGIN_ARCHIVED", String::new())),
            Some(_) => return Err(("LOGIN_TAKEN", String::new())),
            None => {}
        }
        let working = others().filter(|account| account.element("state") == "A").count();
        if element("state") == "A" && working >= self.seats {
            return Err(("NO_SEATS", String::new()));
        }
        Ok(())
    }
}

impl Account {
    fn element(&self, name: &str) -> &str {
        self.elements.get(name).map_or("", String::as_str)
    }

    fn is_called(&self, login: &str) -> bool {
        self.element("login").to_lowercase() == login.to_lowercase()
    }
}

// === XML, as much as an account needs ===

/// The elements of the `<account>` in a body.
fn elements(asked: &Asked) -> Result<BTreeMap<String, String>, Fault> {
    let no_xml = || ("XML_ONLY", String::new());
    if !asked.header("content-type").contains("xml") {
        return Err(no_xml());
    }
    let text = std::str::from_utf8(&asked.raw).map_err(|_| no_xml())?;
    let inner = text.split_once("<account>").and_then(|(_, inner)| inner.trim_end().strip_suffix("</account>"));
    let mut rest = inner.ok_or_else(no_xml)?;
    let mut elements = BTreeMap::new();
    while !rest.is_empty() {
        let (name, behind) = rest.strip_prefix('<').and_then(|rest| rest.split_once('>')).ok_or_else(no_xml)?;
        let (value, behind) = behind.split_once(&format!("</{name}>")).ok_or_else(no_xml)?;
        if !ELEMENTS.contains(&name) || elements.insert(name.to_owned(), unescaped(value)).is_some() {
            return Err(("BAD_VALUE", name.to_owned()));
        }
        rest = behind;
    }
    Ok(elements)
}

const ENTITIES: [(&str, &str); 5] = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];

fn escaped(text: &str) -> String {
    ENTITIES.iter().rev().fold(text.to_owned(), |text, (entity, plain)| text.replace(plain, entity))
}

fn unescaped(text: &str) -> String {
    ENTITIES.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}
