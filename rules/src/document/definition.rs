//! What may stand in a table of a document, said once: the loader, the reference page and the schema for editors follow from it.
//!
//! Knows nothing of profiles or configurations: those write their tables of keys with it (`profile/keys`, and the gateway's
//! `config/keys`). Reads nothing: [`Section`](super::Section) does.

mod schema;

use std::ops::RangeInclusive;

/// What a table may hold: keys that are known, or names of the writer's own.
#[derive(Debug)]
pub struct Definition {
    /// How people call it: `user.create`. No two definitions of a document have one name.
    pub name: &'static str,
    /// The known keys, in the order of the reference; in groups, because calls share theirs.
    pub keys: &'static [&'static [Key]],
    /// What stands at any other key, if the writer may choose names.
    pub names: Option<&'static Key>,
}

/// One key.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As it is written; for [`Definition::names`], what people call the name: `NAME`.
    pub name: &'static str,
    /// What may stand there.
    pub form: Form,
    /// Whether it must.
    pub need: Need,
    /// What it means, in one sentence of Markdown without the full stop.
    pub doc: &'static str,
    /// A value as TOML; empty for tables, whose keys have their own.
    pub example: &'static str,
}

/// Whether a key must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it the table means nothing.
    Required,
    /// Without it nothing is said.
    Optional,
    /// Without it, this TOML value, or what the text says, is meant.
    Default(&'static str),
}

/// What a value may be.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// A text of this kind.
    Text(Kind),
    /// One of these texts.
    Words(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A whole number, from and to.
    Number(usize, usize),
    /// A text, a number or a boolean.
    Scalar,
    /// Whatever JSON can say, written in TOML.
    Json,
    /// A table.
    Table(&'static Definition),
    /// An array of tables.
    Tables(&'static Definition),
    /// A table or an array, sent as JSON, with placeholders in its texts.
    Template,
    /// An array of these.
    List(&'static Form),
    /// One of these.
    OneOf(&'static [Form]),
}

/// What a text says; each has its grammar in the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Anything.
    Plain,
    /// A name of small letters, digits and `-`.
    Name,
    /// The field path of a record or an answer.
    Field,
    /// A SCIM attribute path.
    Attribute,
    /// Path and query below the target's base URL.
    Path,
    /// A text with placeholders.
    Filled,
    /// `secret:NAME`.
    Secret,
    /// A text with placeholders, of which one may be a secret.
    Credential,
    /// An expression.
    Expression,
    /// A condition on a record or a body.
    Condition,
    /// A regular expression.
    Pattern,
    /// A file of the operator's, from the folder of the configuration.
    File,
    /// An address and port, or a URL.
    Address,
}

// === impl Definition ===

impl Definition {
    /// What is said of `key`; of a name that the writer chose, what is said of all names.
    #[must_use]
    pub fn key(&self, key: &str) -> Option<&'static Key> {
        self.all().find(|known| known.name == key).or(self.names)
    }

    /// Whether `key` is known by its own name.
    #[must_use]
    pub fn knows(&self, key: &str) -> bool {
        self.all().any(|known| known.name == key)
    }

    /// The known keys in the order of the reference.
    pub fn all(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.keys.iter().flat_map(|group| group.iter())
    }

    /// This definition and all that it leads to, each once, in the order of the keys.
    #[must_use]
    pub fn within(&'static self) -> Vec<&'static Definition> {
        let mut found = vec![self];
        let mut at = 0;
        while let Some(next) = found.get(at).copied() {
            for table in next.all().chain(next.names).filter_map(|key| key.form.table()) {
                if !found.iter().any(|known| std::ptr::eq(*known, table)) {
                    found.push(table);
                }
            }
            at += 1;
        }
        found
    }
}

// === impl Key ===

/// A key that may be left out.
#[must_use]
pub const fn key(name: &'static str, form: Form, doc: &'static str) -> Key {
    Key { name, form, need: Need::Optional, doc, example: "" }
}

impl Key {
    /// The same, but it must be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.need = Need::Required;
        self
    }

    /// The same, with what is meant if it is not there.
    #[must_use]
    pub const fn default(mut self, meant: &'static str) -> Self {
        self.need = Need::Default(meant);
        self
    }

    /// The same, with a value as TOML.
    #[must_use]
    pub const fn such_as(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// The same, with another meaning.
    #[must_use]
    pub const fn meaning(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }
}

// === impl Form ===

impl Form {
    /// The table that stands there, alone, in an array, or as one of several forms.
    #[must_use]
    pub fn table(&self) -> Option<&'static Definition> {
        match self {
            Form::Table(table) | Form::Tables(table) => Some(table),
            Form::OneOf(forms) => forms.iter().find_map(Form::table),
            _ => None,
        }
    }

    /// The words that stand there, alone or as one of several forms.
    #[must_use]
    pub fn words(&self) -> Option<&'static [&'static str]> {
        match self {
            Form::Words(words) => Some(words),
            Form::OneOf(forms) => forms.iter().find_map(Form::words),
            _ => None,
        }
    }

    /// The range of the number that stands there, alone or as one of several forms.
    #[must_use]
    pub fn range(&self) -> Option<RangeInclusive<usize>> {
        match self {
            Form::Number(least, most) => Some(*least..=*most),
            Form::OneOf(forms) => forms.iter().find_map(Form::range),
            _ => None,
        }
    }
}
