//! The stable codes of problems in profiles, configurations and cases. A code never changes its meaning and is never reused.

use std::fmt;

use super::Severity;

/// Declares the codes once: variant, printed form, meaning.
macro_rules! codes {
    ($($(#[doc = $meaning:literal])+ $name:ident = $text:literal,)+) => {
        /// What kind of problem; printed as `E0101` or `W0201`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $meaning])+ $name,)+
        }

        impl Code {
            /// All of them, in the order of their numbers.
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// `E0101`.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$name => $text,)+
                }
            }

            /// What it means, in one sentence.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self {
                    $(Code::$name => concat!($($meaning),+).trim_ascii(),)+
                }
            }
        }
    };
}

codes! {
    // === the file and its shape ===
    /// The file is not valid TOML.
    Toml = "E0101",
    /// Something is larger or more numerous than its limit.
    TooLarge = "E0102",
    /// A key that means nothing here.
    UnknownKey = "E0103",
    /// A key that is needed is not there.
    MissingKey = "E0104",
    /// A value of another TOML type than the key takes.
    WrongType = "E0105",
    /// A word that is none of those the key takes.
    UnknownWord = "E0106",
    /// Keys that exclude each other, or none of several of which one is needed.
    OneOf = "E0107",
    /// A name that is not of the form that names have here.
    Name = "E0108",
    /// A number outside its range.
    Range = "E0109",
    /// A field path that is not of the grammar, or cannot be written.
    Field = "E0110",

    // === attributes ===
    /// A text that is no SCIM attribute path.
    PathSyntax = "E0121",
    /// No schema has this attribute.
    UnknownAttribute = "E0122",
    /// Two mappings of one attribute, or of an attribute and a part of it.
    MappedTwice = "E0123",
    /// Two rules that write one field of the target.
    WrittenTwice = "E0124",
    /// A read-only attribute that is mapped as if it could be written.
    ReadOnly = "E0125",
    /// An attribute that the gateway itself fills in.
    Reserved = "E0126",
    /// A value filter in a mapped attribute that is more than `eq` comparisons joined by `and`.
    PathFilter = "E0127",
    /// A rule names an attribute that is not mapped.
    NotMapped = "E0128",
    /// A rule needs an attribute that is mapped directly, this one is mapped otherwise.
    NotDirect = "E0129",
    /// `userName` is not mapped; every SCIM user has one (RFC 7643 §4.1.1).
    NoUserName = "E0130",
    /// No mapping has `match`: a create could not look for an existing record.
    NoMatch = "E0131",
    /// Two mappings with one `match` precedence.
    MatchTwice = "E0132",
    /// An attribute with `match` that the target cannot be searched by.
    MatchNotFound = "E0133",
    /// An option that has no meaning for this kind of mapping or attribute.
    Unfit = "E0134",
    /// `displayName` of groups is not mapped; every SCIM group has one (RFC 7643 §4.2).
    NoDisplayName = "E0135",

    // === values ===
    /// A value of another type than its attribute.
    ValueType = "E0141",
    /// A table of values that is not one-to-one.
    NotOneToOne = "E0142",
    /// A look-up table that is not declared.
    UnknownLookup = "E0143",
    /// Text that does not name a secret as `secret:name`.
    Secret = "E0144",
    /// A parameter's default that is not of its type.
    ParamDefault = "E0145",
    /// An extension's URN that is none, or belongs to another schema.
    SchemaUrn = "E0146",

    // === expressions ===
    /// An expression that is not of the grammar.
    ExpressionSyntax = "E0151",
    /// No such function.
    UnknownFunction = "E0152",
    /// No such attribute, field or parameter in an expression.
    UnknownName = "E0153",
    /// Wrong number of arguments.
    Arity = "E0154",
    /// An expression of the wrong type.
    ExpressionType = "E0155",
    /// An expression over a limit.
    ExpressionTooLarge = "E0156",

    // === calls ===
    /// A path template that is not of the grammar.
    Template = "E0161",
    /// A placeholder that has no value in this call.
    UnknownPlaceholder = "E0162",
    /// A call that lacks the placeholder without which it would touch the wrong record.
    MissingPlaceholder = "E0163",
    /// A condition of an update that is not `PATH changed` or `PATH changed to LITERAL`.
    When = "E0164",
    /// Two updates with one condition, or two without.
    UpdateTwice = "E0165",
    /// Two ways to find by one attribute.
    FindTwice = "E0166",
    /// `look = "on-conflict"`, and no error row says which answer is a duplicate.
    NoConflictRow = "E0167",
    /// An error row whose SCIM status may not be given to an IdP, or whose type does not belong to it.
    ScimError = "E0168",
    /// A call on members that is of one member and of several at once.
    MemberCall = "E0169",
    /// `existing = "update"`, and no update can change what is there.
    NoUpdate = "E0170",
    /// A text whose placeholders are not of the grammar.
    TextTemplate = "E0171",
    /// A header that a call cannot set, or that says who calls.
    Header = "E0172",
    /// A body in XML that has no root element.
    XmlRoot = "E0173",
    /// A pattern that is not of the grammar, or too large.
    Pattern = "E0174",
    /// Two ways to authenticate that exclude each other.
    AuthTwice = "E0175",

    // === configurations and cases; their rows stand in crate `gateway` ===
    /// An address or URL that is none, or of the wrong kind.
    Address = "E0301",
    /// A file that cannot be read or used.
    File = "E0302",
    /// A setting that would open the gateway to attack.
    Unsafe = "E0303",
    /// A profile that is not there, or has problems.
    Profile = "E0304",
    /// A parameter of the profile that is missing, unknown or of the wrong type.
    Param = "E0305",
    /// A secret that is missing, or stands in the file itself.
    SecretValue = "E0306",
    /// A credential or name that two tenants claim.
    Conflict = "E0307",
    /// A text that is not JSON.
    Json = "E0311",
    /// Two cases with one name.
    CaseTwice = "E0312",

    // === values; the first of these stand behind those of configurations ===
    /// Characters that do not each stand for one text of their own.
    Chars = "E0313",
    /// A `template` of a value that does not name the value exactly once.
    ValueTemplate = "E0314",
    /// Elements of a list whose parts the attribute does not have, or that hold no value.
    Parts = "E0315",

    // === reading; the first of these stand behind those of configurations ===
    /// Pages that are counted and named at once, or a token that nothing names.
    Pages = "E0321",
    /// Keys of rows at a find whose answer is one record, or keys of a call at a find that makes none.
    FindAnswer = "E0322",
    /// A further find for one attribute where there is no first one.
    FindAlso = "E0323",
    /// A field that is dropped as a secret and read all the same.
    SecretRead = "E0324",

    // === writing ===
    /// A step's name that is none, or stands for something else.
    StepName = "E0331",
    /// `each` that does not name the values of an attribute.
    Each = "E0332",
    /// `until` at a call that cannot be repeated.
    Until = "E0333",
    /// `half_done` without an `undo`.
    UndoMissing = "E0334",
    /// A delete that deactivates where nothing can.
    NoActive = "E0335",
    /// A create that revives where there are no tombstones, or nothing can change one.
    NoTombstone = "E0336",
    /// A mapping by emptiness of what is no Boolean, or of a field that cannot be emptied.
    Emptied = "E0337",

    // === members ===
    /// The key of a membership that nothing gives, that is given twice, or that nothing uses.
    MembershipKey = "E0341",
    /// A call that writes what `merge` did not read, or does not write what it read.
    MemberMerge = "E0342",
    /// Two fixed groups with one id or one name.
    FixedTwice = "E0343",
    /// Ids that change, of resources that other records name by their ids.
    RenamedElsewhere = "E0344",

    // === notes ===
    /// An attribute that an identity provider sends unless told otherwise, and that is not mapped: it is dropped.
    Dropped = "N0221",

    // === warnings ===
    /// A mapped attribute whose changes no update rule handles.
    Unhandled = "W0201",
    /// A look-up table that nothing uses.
    UnusedLookup = "W0202",
    /// A parameter that nothing uses.
    UnusedParam = "W0203",
    /// An attribute of a declared extension that is not mapped.
    UnusedAttribute = "W0204",
    /// Members that the target cannot be asked about: a filter on them reads the members of every group.
    MembersNotAsked = "W0205",
    /// A find by parts or bounds of values that `as` or `values` bring into another form: it is never used.
    FindNotAsked = "W0206",
    /// An error row for a call that the profile does not make.
    ErrorCall = "W0211",
    /// `look = "on-conflict"`, and nothing tells which record the create ran into.
    LookNotMatched = "W0217",
    /// A mapped attribute that no call sends, or whose changes no call sends: the IdP is told that all is well.
    Lost = "W0221",
    /// A rule that is never reached, because an earlier one always takes what it is for.
    Shadowed = "W0222",
    /// A field that the product requires of new records, and that a create may lack.
    RequiredField = "W0223",
    /// A field that one body has twice: carried as it is, and written as it shall be.
    CarriedTwice = "W0224",
    /// An operation that discovery offers and the profile can only refuse.
    NotOffered = "W0225",
}

impl Code {
    /// Whether profiles can have this problem; the others are those of configurations and cases.
    #[must_use]
    pub fn is_of_profiles(self) -> bool {
        !(Code::Address..=Code::CaseTwice).contains(&self)
    }

    /// Whether it is an error, a warning or a note: the first letter says so.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self.as_str().as_bytes() {
            [b'W', ..] => Severity::Warning,
            [b'N', ..] => Severity::Note,
            _ => Severity::Error,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_numbered_upwards_and_each_says_what_it_means() {
        let numbers: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
        for code in Code::ALL {
            assert!(code.meaning().ends_with('.') && !code.meaning().contains('\n'), "{code}: {}", code.meaning());
        }
        assert_eq!(Code::Toml.severity(), Severity::Error);
        assert_eq!(Code::Dropped.severity(), Severity::Note);
        assert_eq!(Code::Unhandled.severity(), Severity::Warning);
    }
}
