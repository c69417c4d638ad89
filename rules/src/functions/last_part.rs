//! `LastPart`: the id at the end of a link, for products that refer to things by their URLs.

use std::borrow::Cow;

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// Query, fragment and slashes at the end are none of it; a text without a path is its own last part.
pub(super) const LAST_PART: Function = Function {
    name: "LastPart",
    signature: "LastPart(link)",
    doc: "the last part of a link's path",
    caution: "",
    takes: Takes::exactly(&[Wants::Text]),
    gives: Gives::Is(Type::Text),
    run: last,
};

fn last<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    match arguments.text(0)? {
        Cow::Borrowed(text) => Ok(last_part(text).map_or(Value::Absent, Value::borrowed)),
        Cow::Owned(text) => Ok(last_part(&text).map_or(Value::Absent, |part| Value::owned(part.to_owned()))),
    }
}

/// The last part of the path of a link that is not empty.
pub(crate) fn last_part(link: &str) -> Option<&str> {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    path.trim_end_matches('/').rsplit('/').next().filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn the_end_of_a_path_is_what_is_left() {
        check(r#"LastPart("https://example.com/users/7")"#, r#""7""#);
        check(r#"LastPart("/users/7/?x=/y#/z")"#, r#""7""#);
        check(r#"LastPart("7")"#, r#""7""#);
        check(r#"LastPart("/")"#, "absent");
        check(r#"LastPart(Append("/a/", "b"))"#, r#""b""#);
        check("LastPart([nothing])", "absent");
    }
}
