//! XML both ways, and XML that means harm.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use json::{Value, json};
use proptest::prelude::*;

use super::*;

#[track_caller]
fn reads(xml: &str, expected: Value) {
    assert_eq!(decode(xml.as_bytes()), Ok(expected), "{xml}");
}

#[test]
fn elements_are_fields_and_siblings_are_lists() {
    reads("<user><id>7</id><login>ada</login></user>", json!({"user": {"id": "7", "login": "ada"}}));
    reads(
        "<users><user><id>1</id></user><user><id>2</id></user></users>",
        json!({"users": {"user": [{"id": "1"}, {"id": "2"}]}}),
    );
    reads("<users><user><id>1</id></user></users>", json!({"users": {"user": {"id": "1"}}}));
    reads("<a><b>1</b><c>2</c><b>3</b><b/></a>", json!({"a": {"b": ["1", "3", ""], "c": "2"}}));
    reads("<a/>", json!({"a": ""}));
    reads(
        "<u xmlns='urn:x' xmlns:y='urn:y' id='7' y:k='&lt;'>Ada<!-- no --></u>",
        json!({"u": {"@id": "7", "@y:k": "<", "#text": "Ada"}}),
    );
    reads("<u> Ada <b>1</b> L. </u>", json!({"u": {"b": "1", "#text": "Ada  L."}}));
    reads(
        "<u><m xsi:nil=\"true\"/><n nil='1'/><o nil='no'/></u>",
        json!({"u": {"m": null, "n": null, "o": {"@nil": "no"}}}),
    );
    // What is said is said, whatever the element is called.
    reads("<u xsi:nil='true'>Ada</u>", json!({"u": "Ada"}));
    reads("<u xmlnsx='1'/>", json!({"u": {"@xmlnsx": "1"}}));
    reads("\u{feff}<?xml version=\"1.0\"?>\n<?php no?>\n<a> b </a>\n<!-- end -->\n", json!({"a": " b "}));
    reads("<a><![CDATA[<b>&amp;]]>&amp;&#65;&#x42;&quot;&apos;&gt;</a>", json!({"a": "<b>&amp;&AB\"'>"}));
}

#[test]
fn an_old_encoding_is_read_where_it_is_declared() {
    let xml = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>Zo\xeb</a>";
    assert_eq!(decode(xml), Ok(json!({"a": "Zoë"})));
    assert_eq!(decode(b"<?xml version='1.0' encoding='Latin1'?><a>Zo\xeb</a>"), Ok(json!({"a": "Zo\u{eb}"})));
    assert_eq!(decode(b"<a>Zo\xeb</a>"), Err(XmlError::Encoding));
    // The declaration says it, not what comes behind.
    assert_eq!(decode(b"<a>Zo\xeb iso-8859-1</a>"), Err(XmlError::Encoding));
}

#[test]
fn what_is_no_xml_is_not_read() {
    for xml in [
        "",
        " ",
        "text",
        "{}",
        "<a>",
        "</a>",
        "<a></b>",
        "<a/><b/>",
        "<a/><b></b>",
        "<a><b></b>",
        "<a/>text",
        "<a b=c/>",
        "<a>&",
        "<a>&#0;</a>",
    ] {
        assert_eq!(decode(xml.as_bytes()), Err(XmlError::Syntax), "{xml}");
    }
}

#[test]
fn hostile_xml_is_refused() {
    let laughs = "<!DOCTYPE a [<!ENTITY b 'ha'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>";
    assert_eq!(decode(laughs.as_bytes()), Err(XmlError::Dtd));
    let file = "<!DOCTYPE a SYSTEM 'file:///secret'><a/>";
    assert_eq!(decode(file.as_bytes()), Err(XmlError::Dtd));
    for xml in ["<a>&b;</a>", "<a>&nbsp;</a>", "<a b='&c;'/>"] {
        assert_eq!(decode(xml.as_bytes()), Err(XmlError::Entity), "{xml}");
    }
}

#[test]
fn what_is_read_has_its_bounds() {
    let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    let wide = |nodes: usize| format!("<r>{}</r>", "<a/>".repeat(nodes - 1));
    let attributes = |count: usize| {
        let attributes: Vec<String> = (0..count).map(|nr| format!("a{nr}='1'")).collect();
        format!("<a {}/>", attributes.join(" "))
    };
    // Attributes count too: each element here is two.
    let dressed =
        |nodes: usize| format!("<r>{}{}</r>", "<a b=''/>".repeat((nodes - 1) / 2), "<a/>".repeat((nodes - 1) % 2));
    for (make, most) in [
        (&deep as &dyn Fn(usize) -> String, XML_DEPTH_MAX),
        (&wide, XML_NODES_MAX),
        (&dressed, XML_NODES_MAX),
        (&attributes, XML_ATTRIBUTES_MAX),
    ] {
        assert!(decode(make(most).as_bytes()).is_ok(), "{most}");
        assert_eq!(decode(make(most + 1).as_bytes()), Err(XmlError::TooLarge), "{most}");
    }
}

#[test]
fn a_body_is_written_below_its_root() {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
    let rows = [
        (
            json!({"user": {"login": "ada", "age": 7, "on": true, "off": null}}),
            "<user><login>ada</login><age>7</age><on>true</on><off></off></user>",
        ),
        (json!({"user": {"@id": "7", "#text": "Ada"}}), "<user id=\"7\">Ada</user>"),
        (json!({"u": {"tag": ["a", "b"], "none": []}}), "<u><tag>a</tag><tag>b</tag><none></none></u>"),
        (json!({"u": [["a"], {"b": 1}]}), "<u><item><item>a</item></item><item><b>1</b></item></u>"),
        (json!({"a": 1, "b": 2}), "<record><a>1</a><b>2</b></record>"),
        (json!({}), "<record></record>"),
        (json!("text"), "<record>text</record>"),
        (json!({"a b<": "<&>\"\r\n\u{0}"}), "<a_b_>&lt;&amp;&gt;&quot;&#13;&#10;</a_b_>"),
        (json!({"1": {"@2 ": "x"}}), "<_1 _2_=\"x\"></_1>"),
        // Letters and digits of Unicode that no name has.
        (json!({"m\u{b2}": 1, "\u{aa}": 2}), "<record><m_>1</m_><_>2</_></record>"),
        (json!({"\u{b7}\u{661}": 1}), "<_\u{b7}\u{661}>1</_\u{b7}\u{661}>"),
    ];
    for (body, expected) in rows {
        assert_eq!(encode(&body), format!("{HEAD}{expected}"), "{body}");
    }
}

/// Bodies that XML can say: lists of two and more, texts that are not only blanks beside children.
fn value() -> impl Strategy<Value = Value> {
    let leaf = "[^\u{0}-\u{8}\u{b}\u{c}\u{e}-\u{1f}\u{fffe}\u{ffff}]{0,9}".prop_map(Value::String);
    leaf.prop_recursive(4, 32, 4, |inner| {
        let fields = prop::collection::btree_map(
            "[a-zé][a-z0-9.:-]{0,5}",
            prop_oneof![inner.clone(), prop::collection::vec(inner, 2..4).prop_map(Value::Array),],
            1..4,
        );
        fields.prop_map(|fields| Value::Object(fields.into_iter().collect()))
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(root in "[a-z]{1,5}", value in value()) {
        let body = json!({root: value});
        let xml = encode(&body);
        prop_assert_eq!(decode(xml.as_bytes()), Ok(body), "{}", xml);
    }

    #[test]
    fn any_body_is_written_as_xml_that_can_be_read(name in ".{0,5}", text in ".{0,9}", number in any::<i64>()) {
        let body = json!({name.clone(): [number, {format!("@{name}"): text.clone(), name: [text]}]});
        prop_assert!(decode(encode(&body).as_bytes()).is_ok(), "{}", encode(&body));
    }

    #[test]
    fn anything_may_be_sent(xml in "[<>/a&;#x!\\[\\]C'\"= -]{0,60}", bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        drop(decode(xml.as_bytes()));
        drop(decode(format!("<a>{xml}</a>").as_bytes()));
        drop(decode(&bytes));
    }
}
