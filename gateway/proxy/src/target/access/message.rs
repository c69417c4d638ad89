//! What of a call is beside its URL: the headers it is sent with, and its body as bytes.

use bytes::Bytes;
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use rules::profile::Format;
use rules::wire::{form, xml};
use rules::{TargetCall, Verb};

use super::TargetAccess;
use crate::target::wire::media_types;

impl TargetAccess {
    /// Headers and body of `call`, without a token that is got by a call of its own.
    ///
    /// # Errors
    /// What of the call no HTTP message can carry.
    pub(in crate::target) fn message(&self, call: &TargetCall) -> Result<(HeaderMap, Option<Bytes>), &'static str> {
        let body = call.body.as_ref().map(|body| match call.format {
            Format::Json => body.to_string(),
            Format::Form(style) => form::encode(body, style),
            Format::Xml => xml::encode(body),
        });
        let mut headers = HeaderMap::new();
        let [content_type, accept] = media_types(call.format);
        headers.insert(ACCEPT, accept);
        if body.is_some() {
            headers.insert(CONTENT_TYPE, content_type);
        }
        if !matches!(call.verb, Verb::Get | Verb::Delete) && body.as_ref().is_none_or(String::is_empty) {
            // RFC 9110 §8.6: where the method gives content a meaning, it is said that there is none. Some servers answer 411
            // else, and the HTTP client does not say it by itself.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        headers.extend(self.headers.clone());
        for (name, value) in &call.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| "a header's name")?;
            let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| "a header")?;
            if !self.credentials.contains(&name) {
                headers.insert(name, value);
            }
        }
        Ok((headers, body.map(Bytes::from)))
    }
}
