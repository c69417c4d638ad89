//! One request out, one answer in: bounded in size, and with errors that name neither URLs nor secrets.

use http::HeaderMap;
use http::header::HeaderValue;
use reqwest::Request;
use rules::TargetFault;
use rules::profile::Format;

use super::answer::{ReadError, read_body, reason};
use crate::failure::TargetError;

/// Media types, by format: of the body, and of the answer that is asked for.
pub(super) fn media_types(format: Format) -> [HeaderValue; 2] {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    match format {
        Format::Json => [JSON, JSON],
        Format::Form(_) => [HeaderValue::from_static("application/x-www-form-urlencoded"), JSON],
        Format::Xml => [HeaderValue::from_static("application/xml"), HeaderValue::from_static("application/xml")],
    }
}

/// A client and the most that it reads.
pub(super) struct Wire {
    pub(super) client: reqwest::Client,
    /// Largest body of an answer, in bytes.
    pub(super) answer_bytes_max: usize,
}

/// An answer as it came.
pub(super) struct Received {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Wire {
    /// Sends `request` and reads the whole answer.
    pub(super) async fn send(&self, request: Request) -> Result<Received, TargetError> {
        let mut response = self.client.execute(request).await.map_err(unsent_or_broken)?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let body = read_body(response, self.answer_bytes_max).await.map_err(|error| match error {
            ReadError::TooLarge => {
                let reason = format!("it is larger than {} bytes", self.answer_bytes_max);
                TargetError::Fault(TargetFault::Garbage { reason })
            }
            ReadError::Broken(error) => TargetError::Broken { reason: reason(error) },
        })?;
        Ok(Received { status, headers, body })
    }
}

fn unsent_or_broken(error: reqwest::Error) -> TargetError {
    if error.is_connect() || error.is_builder() {
        TargetError::Unreachable { reason: reason(error) }
    } else {
        TargetError::Broken { reason: reason(error) }
    }
}
