//! `DateTime`: what products write for a moment, as SCIM writes it.

use scim::Instant;

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

const FORMS: [&str; 4] = ["epoch", "epoch-ms", "date", "local-time"];

/// Seconds, milliseconds, days, and times without a zone, which are UTC. What is none of these is absent.
pub(super) const DATE_TIME: Function = Function {
    name: "DateTime",
    signature: "DateTime(value, form)",
    doc: "a date and time in UTC, from `\"epoch\"`, `\"epoch-ms\"`, `\"date\"` or `\"local-time\"`",
    caution: "",
    takes: Takes::exactly(&[Wants::Value, Wants::Word(&FORMS)]),
    gives: Gives::Is(Type::Text),
    run: date_time,
};

fn date_time<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let value = arguments.usable(0)?;
    let form = arguments.text(1)?;
    let moment = match (form.as_ref(), &value) {
        ("epoch", value) => whole(value).and_then(|at| at.checked_mul(1_000)).and_then(Instant::from_unix_ms),
        ("epoch-ms", value) => whole(value).and_then(Instant::from_unix_ms),
        ("date", Value::Text(day)) => {
            day.get(.."2026-11-22".len()).and_then(|day| Instant::parse(&format!("{day}T00:00:00Z")))
        }
        (_, Value::Text(time)) => Instant::parse(time),
        _ => None,
    };
    Ok(moment.map_or(Value::Absent, |moment| Value::owned(moment.to_string())))
}

/// A whole number, also as a text.
fn whole(value: &Value<'_>) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn moments_are_written_as_scim_writes_them() {
        check(r#"DateTime(1305261754, "epoch")"#, r#""2011-05-13T04:42:34Z""#);
        check(r#"DateTime("1305261754", "epoch")"#, r#""2011-05-13T04:42:34Z""#);
        check(r#"DateTime(1305261754250, "epoch-ms")"#, r#""2011-05-13T04:42:34.250Z""#);
        check(r#"DateTime("2011-05-13", "date")"#, r#""2011-05-13T00:00:00Z""#);
        check(r#"DateTime("2011-05-13 04:42:34", "local-time")"#, r#""2011-05-13T04:42:34Z""#);
        check(r#"DateTime("soon", "local-time")"#, "absent");
        check(r#"DateTime(9223372036854775807, "epoch")"#, "absent");
        check(r#"DateTime(9223372036854775807, "epoch-ms")"#, "absent");
        check(r#"DateTime("ä2011-05-1", "date")"#, "absent");
        check(r#"DateTime([nothing], "epoch")"#, "absent");
    }
}
