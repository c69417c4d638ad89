//! What an attribute's value must be, in words: from its mapping, and from what the rules make of examples.

use json::Value;
use rules::Params;
use rules::ResourceRules;
use rules::profile::{Apply, Fallback, Form, Longer, Mapping, Source, Told};
use scim::schema::Kind;

use super::page::{code, listed, sentence, sentences, told};

/// Phone numbers as people write them; all of them are reserved for fiction (Ofcom, NANPA 555-01XX), or none at all.
const NUMBERS: [&str; 8] = [
    "447700900123",
    "+44 7700 900123",
    "07700 900123",
    "12025550142",
    "+1 202-555-0142",
    "202 555 0142",
    "0123",
    "not a number",
];

/// The extension of enterprise users (RFC 7643 §4.3).
pub(super) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The attributes that an IdP fills, in the order of the profile; `active` and `password` are among them.
pub(super) fn taken(rules: &ResourceRules) -> Vec<&Mapping> {
    rules.taken().map(|(_, mapping)| mapping).collect()
}

/// The mapping of the attribute called `name`, if an IdP fills it.
pub(super) fn named<'p>(rules: &'p ResourceRules, name: &str) -> Option<&'p Mapping> {
    taken(rules).into_iter().find(|mapping| mapping.name == name)
}

/// Whether the attribute, or the one that it is a part of, is taken: `emails` takes `emails[type eq "work"].value`.
pub(super) fn takes(rules: &ResourceRules, name: &str) -> bool {
    taken(rules).iter().any(|mapping| mapping.name == name || is_whole_of(&mapping.name, name))
}

/// Whether `whole` is the attribute that `part` is a part of.
pub(super) fn is_whole_of(whole: &str, part: &str) -> bool {
    part.strip_prefix(whole).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// The URN of the extension, if it is of one, and the name within its schema.
pub(super) fn split(name: &str) -> (Option<&str>, &str) {
    match name.rsplit_once(':') {
        Some((urn, local)) if name.starts_with("urn:") => (Some(urn), local),
        _ => (None, name),
    }
}

/// Whether it is of an extension of the product's own.
pub(super) fn is_custom(name: &str) -> bool {
    split(name).0.is_some_and(|urn| urn != ENTERPRISE)
}

/// What the profile tells people of it.
pub(super) fn hints(mapping: &Mapping) -> Option<&Told> {
    mapping.told.as_deref()
}

/// Whether it counts at creation only.
pub(super) fn is_once(mapping: &Mapping) -> bool {
    mapping.immutable || mapping.apply == Apply::OnCreate
}

/// The attribute whose primary element it is a part of: `roles` of `roles.value`.
pub(super) fn primary_of(mapping: &Mapping) -> Option<&str> {
    let of_list = mapping.attribute.top().is_some_and(|top| top.multi_valued);
    let (list, part) = mapping.name.split_once('.')?;
    (of_list && part == "value" && !list.contains(['[', ':'])).then_some(list)
}

/// The type of one value, as IdPs call it.
pub(super) fn type_of(mapping: &Mapping) -> &'static str {
    match mapping.attribute.leaf().map(|leaf| leaf.kind) {
        Some(Kind::Boolean) => "boolean",
        Some(Kind::Decimal) => "number",
        Some(Kind::Integer) => "integer",
        Some(Kind::DateTime) => "dateTime",
        Some(Kind::Binary) => "binary",
        Some(Kind::Reference) => "reference",
        Some(Kind::Complex | Kind::String) | None => "string",
    }
}

/// Whether it has several values.
pub(super) fn is_list(mapping: &Mapping) -> bool {
    mapping.attribute.leaf().is_some_and(|leaf| leaf.multi_valued)
}

/// Whether a phone number is brought into its one form.
pub(super) fn is_phone(mapping: &Mapping) -> bool {
    matches!(&mapping.source, Source::Direct { normal: Some(normal), .. }
        if normal.name().get(..4).is_some_and(|name| name.eq_ignore_ascii_case("E164")))
}

/// The table whose names are its values, if there is one.
pub(super) fn table_of(mapping: &Mapping) -> Option<&str> {
    match &mapping.source {
        Source::Direct { lookup: Some(lookup), .. } => Some(&lookup.table),
        _ => None,
    }
}

/// The values that are allowed, if they are few; none for what is true or false.
pub(super) fn allowed(mapping: &Mapping) -> Vec<String> {
    let is_boolean = mapping.attribute.leaf().is_some_and(|leaf| leaf.kind == Kind::Boolean);
    match &mapping.source {
        Source::Direct { values: Some(values), .. } if !is_boolean => {
            values.pairs.iter().map(|(scim, _)| printed(scim)).collect()
        }
        _ => Vec::new(),
    }
}

/// A value as a person types it.
fn printed(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(printed).collect();
            elements.join(", ")
        }
        // An element of a list that is its value alone.
        Value::Object(parts) if parts.len() == 1 => parts.get("value").map_or_else(|| value.to_string(), printed),
        other => other.to_string(),
    }
}

/// What the value must be and what becomes of it; sentences.
pub(super) fn value_of(mapping: &Mapping, params: &Params) -> String {
    let doc = hints(mapping).and_then(|hints| hints.doc.as_deref()).map(|doc| sentence(&told(doc)));
    let described = mapping.attribute.leaf().map(|leaf| leaf.description.as_str());
    let described = described.filter(|text| is_custom(&mapping.name) && !text.is_empty());
    let kind = match type_of(mapping) {
        "string" => "",
        "boolean" => "True or false.",
        "dateTime" => "A date and time, as 2026-11-22T08:00:00Z.",
        "integer" | "number" => "A number.",
        "binary" => "Base64.",
        _ => "A URL.",
    };
    let required = if mapping.required { "Required." } else { "" };
    let doc = doc.or_else(|| described.map(|text| sentence(&told(text))));
    sentences(
        [doc.unwrap_or_default(), required.to_owned(), kind.to_owned(), choice(mapping), form(mapping, params)]
            .into_iter()
            .chain([fallback(mapping), once(mapping)]),
    )
}

/// Which values there are.
fn choice(mapping: &Mapping) -> String {
    let allowed: Vec<String> = allowed(mapping).iter().map(code).collect();
    let one = if is_joined(mapping).is_some() || is_list(mapping) { "Each one of" } else { "One of" };
    if !allowed.is_empty() {
        return format!("{one} {}.", listed(&allowed, "and"));
    }
    match table_of(mapping) {
        Some(table) => format!("{one} the names among the {} of your account, letter by letter.", told(table)),
        None => String::new(),
    }
}

/// What separates several values in one text, if it does.
pub(super) fn is_joined(mapping: &Mapping) -> Option<&str> {
    match &mapping.source {
        Source::Direct { codec: Some(codec), .. } => codec.joined.as_deref(),
        _ => None,
    }
}

/// How it is written, and how long it may be.
fn form(mapping: &Mapping, params: &Params) -> String {
    let Source::Direct { normal, codec, .. } = &mapping.source else { return String::new() };
    let normal = match normal {
        Some(_) if is_phone(mapping) => phone(mapping, params),
        Some(normal) => match normal.name() {
            "ToLower" => "Capitals become small letters.".to_owned(),
            "ToUpper" => "Small letters become capitals.".to_owned(),
            "Trim" => "Blanks before and behind it are taken away.".to_owned(),
            other => format!("Brought into one form by {}.", code(other)),
        },
        None => String::new(),
    };
    let joined = is_joined(mapping).map(|by| format!("Several are separated by {}.", code(by.trim())));
    let number = codec.as_ref().is_some_and(|codec| codec.form == Some(Form::Number)) && type_of(mapping) == "string";
    let length = codec.as_ref().and_then(|codec| codec.length).map(|length| match length.longer {
        Longer::Refuse => format!("At most {} characters; more are refused.", length.chars_max),
        Longer::Cut => format!("At most {} characters; what is longer is cut.", length.chars_max),
    });
    let number = if number { "A whole number." } else { "" };
    sentences([normal, joined.unwrap_or_default(), number.to_owned(), length.unwrap_or_default()])
}

/// Examples of numbers: what the rules make of them, or refuse.
fn phone(mapping: &Mapping, params: &Params) -> String {
    let (mut kept, mut brought, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for number in NUMBERS {
        match mapping.normal(params, &Value::from(number)).map(|normal| printed(&normal)) {
            Ok(normal) if normal == number => kept.push(code(number)),
            Ok(normal) => brought.push(format!("{} is {}", code(number), code(normal))),
            Err(_) => refused.push(code(number)),
        }
    }
    let brought = if brought.is_empty() {
        String::new()
    } else {
        format!("Other spellings are brought into that form: {}.", listed(&brought, "and"))
    };
    sentences([
        format!(
            "A phone number in international format: country code and number, digits only, without {} and without a zero between \
             them, as {}.",
            code("+"),
            listed(&kept, "and")
        ),
        brought,
        format!("Refused are {}.", listed(&refused, "and")),
    ])
}

/// What is taken where nothing is sent.
fn fallback(mapping: &Mapping) -> String {
    let what = match &mapping.default {
        None => return String::new(),
        Some(Fallback::Value(value)) if printed(value).is_empty() => "none".to_owned(),
        Some(Fallback::Value(value)) => code(printed(value)),
        Some(Fallback::Random(_)) => "a random value".to_owned(),
        Some(Fallback::Expression { attributes, .. }) => {
            let names: Vec<String> = attributes.iter().map(code).collect();
            format!("a value made from {}", listed(&names, "and"))
        }
    };
    format!("If nothing is sent when the user is created: {what}.")
}

/// Whether it can change.
fn once(mapping: &Mapping) -> String {
    let text = match (mapping.immutable, mapping.apply) {
        (true, _) => "Set at creation only: a later change is refused.",
        (false, Apply::OnCreate) => "Set at creation only: a later change is ignored.",
        (false, Apply::Always) => "",
    };
    text.to_owned()
}
