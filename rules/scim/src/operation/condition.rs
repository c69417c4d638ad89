//! `If-Match` and `If-None-Match` (RFC 7644 §3.14, RFC 9110 §13.1): under which condition a request is meant.

/// The version of a resource: `W/"3694e05e9dff591"`, without what is around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityTag(String);

/// Under which condition a request is meant. The default holds for every version.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    /// `If-Match`.
    pub if_match: Option<Tags>,
    /// `If-None-Match`.
    pub if_none_match: Option<Tags>,
}

/// The value of one of the two headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tags {
    /// `*`.
    Any,
    /// These versions.
    Of(Vec<EntityTag>),
}

impl EntityTag {
    /// A version from whatever text tells versions apart; characters that cannot stand in a header are escaped.
    #[must_use]
    pub fn new(version: &str) -> Self {
        let _ = version;
        todo!()
    }

    /// `W/"…"`: for `ETag` and `meta.version`. Visible ASCII, whatever the version was made of.
    #[must_use]
    pub fn to_header(&self) -> String {
        let _ = &self.0;
        todo!()
    }
}

impl Condition {
    /// From the two headers.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub fn parse(if_match: Option<&str>, if_none_match: Option<&str>) -> Result<Self, String> {
        let _ = (if_match, if_none_match);
        todo!()
    }

    /// Whether `If-Match` admits a resource of this version; `None` is a resource that has none.
    #[must_use]
    pub fn admits(&self, version: Option<&EntityTag>) -> bool {
        let _ = (&self.if_match, version);
        todo!()
    }

    /// Whether `If-None-Match` says that the caller has this version already.
    #[must_use]
    pub fn knows(&self, version: Option<&EntityTag>) -> bool {
        let _ = (&self.if_none_match, version);
        todo!()
    }
}
