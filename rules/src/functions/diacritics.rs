//! `NormalizeDiacritics`: Latin letters without their accents, for login names and addresses.
//!
//! Entra's table is the measure: every accented Latin letter becomes its plain one; `æ` is `ae`, `ø` and `œ` are `oe`, `ß`
//! is `ss`, `ł` is `l`, `ı` is `i`. Marks of other scripts are letters there and stay.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::{Function, Gives, Outcome, Takes, Wants};
use crate::expression::{Arguments, Type, Value};

/// Borrows a text of ASCII.
pub(super) const NORMALIZE_DIACRITICS: Function = Function {
    name: "NormalizeDiacritics",
    signature: "NormalizeDiacritics(text)",
    doc: "Latin letters without their accents",
    caution: "",
    takes: Takes::exactly(&[Wants::Text]),
    gives: Gives::Is(Type::Text),
    run: normalize,
};

fn normalize<'v>(arguments: &Arguments<'v>) -> Outcome<'v> {
    let text = arguments.text(0)?;
    if text.is_ascii() {
        return Ok(Value::Text(text));
    }
    let mut plain = String::with_capacity(text.len());
    let mut latin = false;
    for character in text.nfd() {
        let letters = spelt_out(character);
        if let Some(letters) = letters {
            plain.push_str(letters);
        } else if !(latin && is_accent(character)) {
            plain.push(character);
        }
        latin = letters.is_some() || character.is_ascii_alphabetic() || (latin && is_accent(character));
    }
    Ok(Value::Text(Cow::Owned(plain.nfc().collect())))
}

/// Combining Diacritical Marks, the block that Latin letters decompose into.
fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

/// Letters that do not decompose.
fn spelt_out(character: char) -> Option<&'static str> {
    Some(match character {
        'æ' => "ae",
        'Æ' => "AE",
        'ø' | 'œ' => "oe",
        'Ø' | 'Œ' => "OE",
        'ß' => "ss",
        'ẞ' => "SS",
        'ł' => "l",
        'Ł' => "L",
        'ı' => "i",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use crate::expression::fixture::check;

    #[test]
    fn accents_go_as_in_entras_table() {
        for (written, plain) in [
            ("Zoë", "Zoe"),
            ("äàâãåáąăāā́ǟǡa̱å̄", "aaaaaaaaaaaaaa"),
            ("æǣÆǢ", "aeaeAEAE"),
            ("çčćďḏëḗê̄ğıİľłḹ", "cccddeeegiIlll"),
            ("ñńöőȫǭȱøø̄œ̄Ø", "nnooooooeoeoeOE"),
            ("řṝßšșşťț", "rrssssstt"),
            ("üůűǖṻṳ̄ÿýȳ́źžż", "uuuuuuyyyzzz"),
            ("plain", "plain"),
        ] {
            check(&format!("NormalizeDiacritics(\"{written}\")"), &format!("{plain:?}"));
        }
        check("NormalizeDiacritics([nothing])", "absent");
    }

    #[test]
    fn letters_of_other_scripts_stay() {
        for text in ["Йорданка", "Ελένη", "한국", "ฐิติ", "が"] {
            check(&format!("NormalizeDiacritics(\"{text}\")"), &format!("{text:?}"));
        }
    }
}
