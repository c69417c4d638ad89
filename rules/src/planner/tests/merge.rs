//! `apply(difference(a, b), a) = b`: the planned bodies, merged into a record as RFC 7396 says, make the wanted resource.

use super::*;
use crate::profile::Fallback;
use crate::translate::Absent;
use crate::translate::fixture::shipped;

/// RFC 7396 §2.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else { return *target = patch.clone() };
    if !target.is_object() {
        *target = json!({});
    }
    let target = target.as_object_mut().unwrap();
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

#[test]
fn merging_is_that_of_the_rfc() {
    // RFC 7396, appendix A.
    for (target, patch, expected) in [
        (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
        (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
        (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
        (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
        (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
        (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
        (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
        (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
    ] {
        let mut merged = target.clone();
        merge(&mut merged, &patch);
        assert_eq!(merged, expected, "{target} {patch}");
    }
}

/// Fields of the directory, of every kind of attribute there is.
fn any_record() -> impl Strategy<Value = Value> {
    let text = || "[ -~äß☎]{1,8}";
    let maybe = |text: &'static str| prop::option::of(text);
    let plural = || {
        let element = (maybe("[a-c]{1,3}"), prop::option::of(prop_oneof![Just("work"), Just("home")]), any::<bool>());
        let element = element.prop_map(|(value, kind, primary)| {
            let mut element = json!({"value": value.unwrap_or_else(|| "a@example.com".to_owned())});
            if let Some(kind) = kind {
                element["type"] = json!(kind);
            }
            if primary {
                element["primary"] = json!(true);
            }
            element
        });
        prop::option::of(prop::collection::vec(element, 1..4).prop_map(|mut elements| {
            // RFC 7643 §2.4: one is primary at most.
            for element in elements.iter_mut().skip(1) {
                element.as_object_mut().unwrap().remove("primary");
            }
            elements
        }))
    };
    let boss = prop::option::of((maybe("[0-9]{1,2}"), maybe("/Users/[0-9]")).prop_map(|(value, reference)| {
        let mut boss = json!({"value": value.unwrap_or_else(|| "1".to_owned())});
        if let Some(reference) = reference {
            boss["$ref"] = json!(reference);
        }
        boss
    }));
    let names = (maybe(text()), maybe(text()), maybe(text()));
    let plain = (text(), maybe(text()), maybe(text()), maybe(text()), prop::option::of(any::<bool>()));
    (plain, names, plural(), plural(), boss, maybe("[A-Z]{1,4}")).prop_map(
        |((login, reference, title, number, enabled), (full, first, last), mails, phones, boss, site)| {
            let record = json!({
                "pid": 7, "login": login, "ref": reference, "title": title, "enabled": enabled,
                "names": {"full": full, "first": first, "last": last}, "mails": mails, "phones": phones,
                "employee": {"number": number, "boss": boss}, "siteCode": site, "untouched": {"by": "us"},
            });
            without_nulls(record)
        },
    )
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(fields.map(|(name, value)| (name, without_nulls(value))).collect())
        }
        other => other,
    }
}

proptest! {
    #[test]
    fn a_difference_applied_to_one_record_makes_the_other(a in any_record(), b in any_record()) {
        let world = World::new(shipped("directory"));
        let (rules, params) = (&world.profile.user, &world.params);
        let (now, then) = (world.present(a.clone(), &Memory::default()), world.present(b, &Memory::default()));
        let plan = |present: &Present, to: &Present| {
            let wanted = rules.wanted_change(params, &to.resource, present, Absent::Cleared, &mut Trace::off()).unwrap();
            rules.plan_update(params, present, &wanted, &world.facts, &mut Trace::off()).unwrap()
        };
        prop_assert_eq!(plan(&now, &now), Plan::default());
        let mut record = a;
        for planned in plan(&now, &then).calls {
            merge(&mut record, &planned.call.body.unwrap());
        }
        prop_assert_eq!(&record["untouched"], &json!({"by": "us"}));
        let after = world.present(record, &Memory::default());
        for mapping in &rules.map {
            let (made, wanted) = (mapping.attribute.read(&after.resource), mapping.attribute.read(&then.resource));
            let alike = match (made, wanted, mapping.default.as_ref()) {
                // What is taken away takes its default.
                (Some(made), None, Some(Fallback::Value(default))) => made == default,
                (Some(made), Some(wanted), _) => same(mapping.attribute.leaf(), made, wanted),
                (made, wanted, _) => made == wanted,
            };
            prop_assert!(alike, "{}: {:?} {:?}", mapping.name, made, wanted);
        }
        prop_assert_eq!(plan(&after, &then).calls.len(), 0);
    }
}
