//! Writing into a body by field path, and taking away.
//!
//! What a path runs through is made; what is of another shape gives way, so [`FieldPath::harm`] is asked before a record is
//! changed. Of a list only the chosen element is touched, and digits are a key where an object is.

use json::{Map, Value};

use super::{FieldPath, Key, POSITION_MAX, Pick};

impl FieldPath {
    /// Sets the value in `body`, making the objects and lists it runs through; what is of another shape gives way to one. The
    /// empty path sets nothing, unless `value` is an object: then its fields are set. A path that chooses at its end puts the
    /// elements of an array in the place of all that it fits.
    pub fn write(&self, body: &mut Map, value: Value) {
        set(body, &self.keys, value);
    }

    /// Takes the value out of `body`. In a list, what it chose is gone; a position in the middle becomes null, so that nothing
    /// else moves.
    pub fn remove(&self, body: &mut Map) {
        match self.keys.as_slice() {
            [] | [Key::Pick(_), ..] => {}
            [Key::Name(last)] => drop(body.remove(last)),
            [Key::Name(first), rest @ ..] => {
                if let Some(inner) = body.get_mut(first) {
                    unset(inner, rest);
                }
            }
        }
    }
}

fn set(body: &mut Map, keys: &[Key], value: Value) {
    match (keys, value) {
        ([], Value::Object(fields)) => body.extend(fields),
        // A choice is made in a list, and a body is none.
        ([] | [Key::Pick(_), ..], _) => {}
        ([Key::Name(last)], value) => drop(body.insert(last.clone(), value)),
        ([Key::Name(first), rest @ ..], value) => {
            set_in(body.entry(first.as_str()).or_insert(Value::Null), rest, value);
        }
    }
}

/// Sets the value below `slot`, whatever it is.
fn set_in(slot: &mut Value, keys: &[Key], value: Value) {
    match keys {
        [] => *slot = value,
        [Key::Pick(pick), rest @ ..] => in_list(slot, |list| set_chosen(list, pick, rest, value)),
        [key @ Key::Name(_), rest @ ..] => match (key.position(), &mut *slot) {
            // A record may use digits as keys of its objects.
            (_, Value::Object(fields)) => set(fields, keys, value),
            (Some(at), _) => in_list(slot, |list| {
                if at >= list.len() && at <= POSITION_MAX {
                    list.resize(at + 1, Value::Null);
                }
                if let Some(element) = list.get_mut(at) {
                    set_in(element, rest, value);
                }
            }),
            (None, _) => {
                let mut fields = Map::new();
                set(&mut fields, keys, value);
                *slot = Value::Object(fields);
            }
        },
    }
}

/// Changes `slot` as a list; what is none becomes an empty one.
fn in_list(slot: &mut Value, change: impl FnOnce(&mut Vec<Value>)) {
    let mut list = match slot.take() {
        Value::Array(list) => list,
        _ => Vec::new(),
    };
    change(&mut list);
    *slot = Value::Array(list);
}

/// Sets the value in the element that `pick` chooses, which is made if there is none.
fn set_chosen(list: &mut Vec<Value>, pick: &Pick, rest: &[Key], value: Value) {
    match (rest, value) {
        ([], Value::Array(elements)) => replace(list, pick, elements),
        ([], value) => replace(list, pick, vec![value]),
        (rest, value) => {
            let at = list.iter().position(|element| pick.fits(element)).unwrap_or_else(|| {
                list.push(told(pick, Value::Object(Map::new())));
                list.len() - 1
            });
            set_in(&mut list[at], rest, value);
        }
    }
}

/// Puts `elements` where those stand that `pick` fits: one by one in their places, the others behind; what is too much goes.
fn replace(list: &mut Vec<Value>, pick: &Pick, elements: Vec<Value>) {
    let mut elements = elements.into_iter().map(|element| told(pick, element));
    let kept = std::mem::take(list).into_iter();
    list.extend(kept.filter_map(|element| if pick.fits(&element) { elements.next() } else { Some(element) }));
    list.extend(elements);
}

/// `element` with what it is chosen by; only objects can say it.
fn told(pick: &Pick, element: Value) -> Value {
    match element {
        Value::Object(mut fields) if !fields.get(&pick.key).is_some_and(|value| pick.value.says(value)) => {
            fields.insert(pick.key.clone(), pick.value.to_json());
            Value::Object(fields)
        }
        other => other,
    }
}

fn unset(slot: &mut Value, keys: &[Key]) {
    match (keys, slot) {
        ([Key::Name(last)], Value::Object(fields)) => drop(fields.remove(last)),
        ([Key::Name(name), rest @ ..], Value::Object(fields)) => {
            if let Some(inner) = fields.get_mut(name) {
                unset(inner, rest);
            }
        }
        ([Key::Pick(pick)], Value::Array(list)) => list.retain(|element| !pick.fits(element)),
        ([Key::Pick(pick), rest @ ..], Value::Array(list)) => {
            if let Some(element) = list.iter_mut().find(|element| pick.fits(element)) {
                unset(element, rest);
            }
        }
        ([key @ Key::Name(_), rest @ ..], Value::Array(list)) => {
            let Some(at) = key.position().filter(|at| *at < list.len()) else { return };
            match rest {
                [] if at + 1 == list.len() => drop(list.pop()),
                [] => list[at] = Value::Null,
                rest => unset(&mut list[at], rest),
            }
        }
        _ => {}
    }
}
