//! What the fuzz targets share: a resource type, a resource of it, and a scope for expressions.
//!
//! Nothing here judges an input; the targets do. Only public items of `scim` and `rules` are used, so that a finding is one
//! that a caller could have met.

use rules::expression::{Scope, Type, Value, Variables};
use scim::operation::{Action, Endpoint, Listing, Operation, Request};
use scim::projection::Projection;
use scim::schema::{ResourceType, enterprise_user, group, user};
use scim::{PatchRequest, Protocol, Resource};
use json::{Map, json};

/// Names of the scope; a slot is an index into it.
const NAMES: [(&str, Type); 6] = [
    ("userName", Type::Text),
    ("active", Type::Boolean),
    ("age", Type::Number),
    ("emails", Type::List),
    ("title", Type::Any),
    ("region", Type::Text),
];

/// The core user with the enterprise extension.
#[must_use]
pub fn user_type() -> ResourceType {
    ResourceType {
        name: "User".to_owned(),
        endpoint: "/Users".to_owned(),
        description: "User accounts.".to_owned(),
        schema: user(),
        extensions: vec![enterprise_user()],
    }
}

/// The core group.
#[must_use]
pub fn group_type() -> ResourceType {
    ResourceType {
        name: "Group".to_owned(),
        endpoint: "/Groups".to_owned(),
        description: "Groups of users.".to_owned(),
        schema: group(),
        extensions: Vec::new(),
    }
}

/// A user that has something at every kind of path.
#[must_use]
pub fn sample(kind: &ResourceType) -> Resource {
    let json = json!({
        "userName": "sample@example.com",
        "active": true,
        "name": { "givenName": "Sam", "familyName": "Reyes" },
        "emails": [
            { "type": "work", "value": "sample@example.com", "primary": true },
            { "type": "home", "value": "sam@example.com" }
        ],
        "roles": [{ "value": "viewer", "primary": true }],
        "addresses": [{ "type": "work", "country": "GB" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Research and Development" }
    });
    Resource::decode(kind, json).map(|decoded| decoded.resource).expect("invariant: the sample is valid")
}

/// A group with members.
#[must_use]
pub fn sample_group(kind: &ResourceType) -> Resource {
    let json = json!({ "displayName": "Night Shift", "members": [{ "value": "7", "type": "User" }, { "value": "8" }] });
    Resource::decode(kind, json).map(|decoded| decoded.resource).expect("invariant: the sample is valid")
}

/// The request that `input` writes down, if it does: protocol, method and target on the first line, the body behind it.
#[must_use]
pub fn written(input: &[u8]) -> Option<Request<'_>> {
    let end = input.iter().position(|byte| *byte == b'\n')?;
    let mut words = str::from_utf8(&input[..end]).ok()?.split(' ');
    let protocol = if words.next()? == "1" { Protocol::Scim11 } else { Protocol::Scim20 };
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let (if_match, if_none_match, method_override) = (words.next(), words.next(), words.next());
    let body = &input[end + 1..];
    Some(Request { protocol, method, path, query, content_type: None, if_match, if_none_match, method_override, body })
}

/// Does with an operation what an exchange does, as far as it can be done without a target.
pub fn used(protocol: Protocol, operation: Operation) {
    let _ = operation.name();
    let (endpoint, action) = match operation {
        Operation::Resource(endpoint, action) => (endpoint, action),
        Operation::Everything(listing) => return listed(&user_type(), &listing),
        _ => return,
    };
    let (kind, sample) = match endpoint {
        Endpoint::Users => (user_type(), sample(&user_type())),
        Endpoint::Groups => (group_type(), sample_group(&group_type())),
    };
    match action {
        Action::Query(listing) => listed(&kind, &listing),
        Action::Create { body, .. } | Action::Replace { body, .. } => {
            let Ok(decoded) = Resource::decode(&kind, body) else { return };
            shown(protocol, &kind, decoded.resource);
        }
        Action::Patch { body, .. } => {
            let Ok(mut request) = PatchRequest::decode(&kind, body) else { return };
            patched(&kind, &request, &sample);
            let _ = request.take_members();
        }
        Action::Read { .. } | Action::Delete { .. } => {}
    }
}

/// A list request is bound, and its filter evaluated.
fn listed(kind: &ResourceType, listing: &Listing) {
    let resource = sample(kind);
    if let Some(bound) = listing.filter.as_ref().and_then(|filter| kind.bind_filter(filter).ok()) {
        let _ = bound.matches(&resource);
    }
    if let Some(bound) = listing.sort.as_ref().and_then(|sort| sort.bind(kind).ok()) {
        assert_eq!(bound.compare(&resource, &resource), std::cmp::Ordering::Equal, "a resource is equal to itself");
    }
    if let Ok(projection) =
        Projection::new(kind, listing.view.attributes.as_deref(), listing.view.excluded.as_deref())
    {
        let mut json = resource.into_json(kind, "https://scim.example.com/scim/v2/Users/7");
        projection.apply(kind, &mut json);
        assert!(json.get("id").is_none() && json.get("schemas").is_some(), "`schemas` is always returned");
    }
}

/// A resource is shown in the caller's protocol, and is the same when it comes back.
fn shown(protocol: Protocol, kind: &ResourceType, resource: Resource) {
    let json = resource.clone().into_json(kind, "https://scim.example.com/scim/v2/Users/7");
    assert!(json.get("password").is_none(), "a password is never shown");
    if protocol == Protocol::Scim11 {
        let back = scim::v1::upgraded_resource(scim::v1::downgraded(json.clone()));
        let again = |json| Resource::decode(kind, json).map(|decoded| decoded.resource);
        assert_eq!(again(back), again(json), "1.1 says the same as 2.0");
    }
}

/// Applies a PATCH to `before` and checks what holds for every PATCH: what comes out is in normal form.
pub fn patched(kind: &ResourceType, request: &PatchRequest, before: &Resource) {
    let Ok(after) = request.apply(kind, before) else { return };
    let json = json::Value::Object(after.as_object().clone());
    let again = Resource::decode(kind, json).expect("a patched resource decodes").resource;
    assert_eq!(again, after, "a patched resource is in normal form");
    if before.missing(kind).is_none() {
        assert_eq!(after.missing(kind), None, "a PATCH takes nothing away that is required");
    }
    let back = PatchRequest::between(kind, &after, before);
    let restored = back.apply(kind, &after).expect("an inverse applies");
    let left = PatchRequest::between(kind, &restored, before);
    assert!(left.operations().is_empty(), "a PATCH and its inverse restore the resource: {left:?}");
}

/// A scope that knows [`NAMES`], in brackets and bare.
pub struct Names;

impl Scope for Names {
    fn reference(&self, text: &str) -> Option<(usize, Type)> {
        NAMES.iter().position(|(name, _)| *name == text).map(|slot| (slot, NAMES[slot].1))
    }

    fn name(&self, text: &str) -> Option<(usize, Type)> {
        self.reference(text)
    }

    fn references_known(&self) -> Vec<String> {
        NAMES.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn names_known(&self) -> Vec<String> {
        self.references_known()
    }
}

/// Values for the slots of [`Names`]: those of the record, by name; what is not there is absent.
pub struct Record(pub Map);

impl Variables for Record {
    fn reference(&self, slot: usize) -> Value<'_> {
        self.0.get(NAMES[slot].0).map_or(Value::Absent, Value::from_json)
    }

    fn name(&self, slot: usize) -> Value<'_> {
        self.reference(slot)
    }
}

/// Records an expression is evaluated on: every slot as its type promises, nothing at all, and types that break the promise.
#[must_use]
pub fn records() -> Vec<Record> {
    let texts = [
        json!({ "userName": "0123 456 7890", "active": true, "age": 42, "emails": ["a", "b"], "title": "x", "region": "GB" }),
        json!({}),
        json!({ "userName": 1, "active": "True", "age": "x", "emails": {"a": 1}, "title": [null, [1]], "region": "" }),
    ];
    texts.into_iter().filter_map(|json| Some(Record(json.as_object()?.clone()))).collect()
}
