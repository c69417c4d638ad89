//! JSON into a TOML document, touching no more than what differs.

use json::Value as Json;
use toml_edit::{Array, Formatted, InlineTable, Item, Table, Value};

/// Makes `item` say `wanted`. What says so already stays as it is written, comments and all.
pub(super) fn merge(item: &mut Item, wanted: &Json) {
    if said(item).as_ref() == Some(wanted) {
        return;
    }
    // A text of JSON, for what TOML cannot say.
    if holds_null(wanted) {
        return replace(item, Value::from(wanted.to_string()));
    }
    if let (Json::Object(members), Some(table)) = (wanted, item.as_table_like_mut()) {
        let gone: Vec<String> =
            table.iter().map(|(key, _)| key.to_owned()).filter(|key| !members.contains_key(key)).collect();
        for key in &gone {
            table.remove(key);
        }
        let grows = members.keys().any(|key| !table.contains_key(key));
        for (key, member) in members {
            merge(table.entry(key).or_insert(Item::None), member);
        }
        // The blanks of one line follow from its members.
        if let (true, Item::Value(Value::InlineTable(table))) = (grows || !gone.is_empty(), item) {
            table.fmt();
        }
        return;
    }
    replace(item, value_of(wanted));
}

/// Puts a value in the place of another, whose blanks and comments stay.
fn replace(item: &mut Item, mut value: Value) {
    if let Some(old) = item.as_value() {
        *value.decor_mut() = old.decor().clone();
    }
    *item = Item::Value(value);
}

/// What an item says. A text may be JSON: then it says that.
fn said(item: &Item) -> Option<Json> {
    match item {
        Item::None => None,
        Item::Value(Value::String(text)) if text.value().starts_with(['{', '[']) => {
            json::from_str(text.value()).ok().or_else(|| Some(Json::String(text.value().clone())))
        }
        Item::Value(value) => json_of(value),
        Item::Table(table) => members(table.iter()),
        Item::ArrayOfTables(tables) => tables.iter().map(|table| members(table.iter())).collect(),
    }
}

fn members<'t>(members: impl Iterator<Item = (&'t str, &'t Item)>) -> Option<Json> {
    let plain = |item: &Item| match item {
        Item::Value(value) => json_of(value),
        Item::Table(table) => self::members(table.iter()),
        Item::ArrayOfTables(tables) => tables.iter().map(|table| self::members(table.iter())).collect(),
        Item::None => None,
    };
    members.map(|(key, item)| Some((key.to_owned(), plain(item)?))).collect()
}

fn json_of(value: &Value) -> Option<Json> {
    Some(match value {
        Value::String(text) => Json::String(text.value().clone()),
        Value::Integer(number) => Json::from(*number.value()),
        Value::Float(number) => Json::Number(json::Number::from_f64(*number.value())?),
        Value::Boolean(flag) => Json::Bool(*flag.value()),
        Value::Datetime(date) => Json::String(date.value().to_string()),
        Value::Array(elements) => elements.iter().map(json_of).collect::<Option<_>>()?,
        Value::InlineTable(table) => {
            table.iter().map(|(key, value)| Some((key.to_owned(), json_of(value)?))).collect::<Option<_>>()?
        }
    })
}

/// JSON without null as TOML, on one line.
pub(super) fn value_of(json: &Json) -> Value {
    match json {
        // Whoever writes null writes it as a text.
        Json::Null => Value::from("null"),
        Json::Bool(flag) => Value::from(*flag),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::from(whole),
            None => Value::from(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::String(Formatted::new(text.clone())),
        Json::Array(elements) => Value::Array(elements.iter().map(value_of).collect::<Array>()),
        Json::Object(members) => Value::InlineTable(
            members.iter().map(|(key, member)| (key.as_str(), value_of(member))).collect::<InlineTable>(),
        ),
    }
}

fn holds_null(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::Array(elements) => elements.iter().any(holds_null),
        Json::Object(members) => members.values().any(holds_null),
        _ => false,
    }
}

/// Lets every table below follow the one before it: tables that were added have no place in the file yet.
pub(super) fn settle(table: &mut Table) {
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(inner) => {
                inner.set_position(None);
                settle(inner);
            }
            Item::ArrayOfTables(tables) => {
                for inner in tables.iter_mut() {
                    inner.set_position(None);
                    settle(inner);
                }
            }
            Item::None | Item::Value(_) => {}
        }
    }
}
