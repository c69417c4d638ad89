//! Which endpoint and method is which operation (RFC 7644 §3.2, table 2; §4), for both protocols.
//!
//! What the caller of SCIM 1.1 sends becomes 2.0 here, and nothing further in knows of it. 1.1 as served here has no bulk, no
//! `.search`, no search of everything and no cursors.

use json::Value;

use super::url::{checked_id, segments};
use super::{
    Action, BulkRequest, Condition, DecodeError, Endpoint, Listing, Operation, Query, Request, Tags, View, body,
};
use crate::excerpt::excerpt;
use crate::protocol::Protocol;
use crate::{name, v1};

impl Request<'_> {
    /// Decodes the request.
    pub(super) fn operation(mut self) -> Result<Operation, DecodeError> {
        self.override_method()?;
        let segments = segments(self.path)?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match *segments.as_slice() {
            ["Users"] => self.collection(Endpoint::Users),
            ["Groups"] => self.collection(Endpoint::Groups),
            // RFC 7644 §3.11: whatever is asked of it, it is not there.
            ["Me", ..] => Ok(Operation::Me),
            ["Schemas"] => self.discovery(Operation::Schemas(None)),
            ["Schemas", id] => self.discovery(Operation::Schemas(Some(self.schema_id(id)?))),
            ref others => match self.protocol {
                Protocol::Scim20 => self.only_in_2_0(others),
                Protocol::Scim11 => self.only_in_1_1(others),
            },
        }
    }

    fn only_in_2_0(self, segments: &[&str]) -> Result<Operation, DecodeError> {
        match *segments {
            [] => self.everything(),
            [".search"] => Ok(Operation::Everything(self.search()?)),
            ["Users", ".search"] => Ok(Operation::Resource(Endpoint::Users, Action::Query(self.search()?))),
            ["Groups", ".search"] => Ok(Operation::Resource(Endpoint::Groups, Action::Query(self.search()?))),
            ["Users", id] => self.member(Endpoint::Users, id),
            ["Groups", id] => self.member(Endpoint::Groups, id),
            ["Bulk"] => self.bulk(),
            ["ServiceProviderConfig"] => self.discovery(Operation::ServiceProviderConfig),
            ["ResourceTypes"] => self.discovery(Operation::ResourceTypes(None)),
            ["ResourceTypes", id] => self.discovery(Operation::ResourceTypes(Some(checked_id(id)?))),
            _ => Err(self.no_endpoint()),
        }
    }

    fn only_in_1_1(self, segments: &[&str]) -> Result<Operation, DecodeError> {
        match *segments {
            ["Users" | "Groups", ".search"] => Err(self.no_endpoint()),
            ["Users", id] => self.member(Endpoint::Users, id),
            ["Groups", id] => self.member(Endpoint::Groups, id),
            ["ServiceProviderConfigs"] => self.discovery(Operation::ServiceProviderConfig),
            _ => Err(self.no_endpoint()),
        }
    }

    /// SCIM 1.1, API §3.4: a client behind a proxy that knows only GET and POST says so what it means.
    fn override_method(&mut self) -> Result<(), DecodeError> {
        let Some(meant) = self.method_override else { return Ok(()) };
        if self.protocol != Protocol::Scim11 || self.method != "POST" {
            return Ok(());
        }
        let known = ["PUT", "PATCH", "DELETE"].into_iter().find(|known| known.eq_ignore_ascii_case(meant.trim()));
        self.method = known.ok_or_else(|| DecodeError::Header {
            header: "X-HTTP-Method-Override",
            reason: format!("must be PUT, PATCH or DELETE, not `{}`", excerpt(meant)),
        })?;
        Ok(())
    }
}

// === the endpoints ===

impl Request<'_> {
    /// A discovery endpoint (RFC 7644 §4). Paging and the like are ignored; a filter would have to be applied.
    fn discovery(self, operation: Operation) -> Result<Operation, DecodeError> {
        self.only("GET")?;
        if self.parameters()?.filter.is_some() { Err(DecodeError::DiscoveryFilter) } else { Ok(operation) }
    }

    /// `GET /?…` (RFC 7644 §3.4.2.1).
    fn everything(self) -> Result<Operation, DecodeError> {
        self.only("GET")?;
        Ok(Operation::Everything(self.listing()?))
    }

    /// `POST …/.search` (RFC 7644 §3.4.3). What the URL says beside the body is ignored.
    fn search(self) -> Result<Listing, DecodeError> {
        self.only("POST")?;
        Listing::from_body(self.json()?)
    }

    fn bulk(self) -> Result<Operation, DecodeError> {
        self.only("POST")?;
        Ok(Operation::Bulk(BulkRequest::decode(self.json()?)?))
    }

    /// `/Users` or `/Groups`.
    fn collection(self, endpoint: Endpoint) -> Result<Operation, DecodeError> {
        let action = match self.method {
            "GET" => Action::Query(self.listing()?),
            "POST" => Action::Create { view: self.view()?, body: self.resource()? },
            _ => return Err(self.method_not_allowed("GET, POST")),
        };
        Ok(Operation::Resource(endpoint, action))
    }

    /// `/Users/{id}` or `/Groups/{id}`.
    fn member(self, endpoint: Endpoint, id: &str) -> Result<Operation, DecodeError> {
        let id = checked_id(id)?;
        let action = match self.method {
            "GET" => Action::Read { id, view: self.view()?, condition: self.condition()? },
            "PUT" => {
                let (view, condition) = (self.view()?, self.condition()?);
                Action::Replace { id, body: self.resource()?, view, condition }
            }
            "PATCH" => {
                let (view, condition) = (self.view()?, self.condition()?);
                Action::Patch { id, body: self.patch()?, view, condition }
            }
            // RFC 7644 §3.6 has no body; one that is sent all the same says nothing.
            "DELETE" => Action::Delete { id, condition: self.condition()? },
            _ => return Err(self.method_not_allowed("GET, PUT, PATCH, DELETE")),
        };
        Ok(Operation::Resource(endpoint, action))
    }
}

// === the parts of a request ===

impl Request<'_> {
    fn parameters(self) -> Result<Query, DecodeError> {
        self.query.map_or_else(|| Ok(Query::default()), Query::parse)
    }

    fn listing(self) -> Result<Listing, DecodeError> {
        let mut query = self.parameters()?;
        if self.protocol == Protocol::Scim11 {
            // RFC 9865 extends 2.0; to 1.1 it is a parameter that nobody knows.
            query.cursor = None;
        }
        Listing::from_query(query)
    }

    fn view(self) -> Result<View, DecodeError> {
        let query = self.parameters()?;
        Ok(View { attributes: query.attributes, excluded: query.excluded_attributes })
    }

    fn condition(self) -> Result<Condition, DecodeError> {
        Ok(Condition {
            if_match: tags("If-Match", self.if_match)?,
            if_none_match: tags("If-None-Match", self.if_none_match)?,
        })
    }

    fn json(self) -> Result<Value, DecodeError> {
        body::json(self.content_type, self.body)
    }

    fn resource(self) -> Result<Value, DecodeError> {
        let body = self.json()?;
        Ok(match self.protocol {
            Protocol::Scim20 => body,
            Protocol::Scim11 => v1::upgraded_resource(body),
        })
    }

    fn patch(self) -> Result<Value, DecodeError> {
        let body = self.json()?;
        match self.protocol {
            Protocol::Scim20 => Ok(body),
            Protocol::Scim11 => v1::upgraded_patch(body).map_err(|reason| DecodeError::Syntax { reason }),
        }
    }

    /// The id of a schema, as 2.0 has it.
    fn schema_id(self, id: &str) -> Result<String, DecodeError> {
        let id = checked_id(id)?;
        Ok(match self.protocol {
            Protocol::Scim20 => id,
            Protocol::Scim11 => name::upgraded_schema(&id).map_or(id, str::to_owned),
        })
    }
}

/// One of the two headers of a condition.
pub(super) fn tags(header: &'static str, value: Option<&str>) -> Result<Option<Tags>, DecodeError> {
    value.map(Tags::parse).transpose().map_err(|reason| DecodeError::Header { header, reason })
}

// === refusals ===

impl Request<'_> {
    fn only(self, allow: &'static str) -> Result<(), DecodeError> {
        if self.method == allow { Ok(()) } else { Err(self.method_not_allowed(allow)) }
    }

    fn no_endpoint(self) -> DecodeError {
        DecodeError::NoEndpoint { path: excerpt(self.path) }
    }

    fn method_not_allowed(self, allow: &'static str) -> DecodeError {
        let path = if self.path.is_empty() { "/".to_owned() } else { excerpt(self.path) };
        DecodeError::Method { path, method: excerpt(self.method), allow }
    }
}
