//! References to secrets: `env:NAME` or `file:PATH`. A secret itself never stands in a configuration.

use proxy::Secret;
use zeroize::Zeroizing;

use super::{Context, Secrets, read_text};

/// Largest secret file, in bytes.
const SECRET_BYTES_MAX: usize = 64 * 1024;

/// What stands in for a secret that is not there where nobody needs it.
const STAND_IN: &str = "not-there";

/// Why there is no secret, and what to do.
pub(super) struct NoSecret {
    pub(super) message: String,
    pub(super) help: String,
}

/// Reads what `reference` points to; a trailing line break of a file is not part of the secret.
pub(super) fn read(reference: &str, context: &Context<'_>) -> Result<Secret, NoSecret> {
    let wrong = |message| NoSecret { message, help: "write `\"env:VARIABLE\"` or `\"file:PATH\"`".to_owned() };
    match reference.strip_prefix("env:") {
        Some(name) if std::env::var_os(name).is_none() => match context.secrets {
            Secrets::IfThere => Ok(Secret::new(STAND_IN.to_owned())),
            Secrets::Needed => Err(NoSecret {
                message: format!("the environment variable `{name}` is not set"),
                help: format!("set `{name}` for this program, or name one that is set"),
            }),
        },
        _ => there(reference, context).map_err(wrong),
    }
}

fn there(reference: &str, context: &Context<'_>) -> Result<Secret, String> {
    let secret = if let Some(name) = reference.strip_prefix("env:") {
        let value = std::env::var(name).map_err(|_| format!("the environment variable `{name}` is no text"))?;
        Zeroizing::new(value)
    } else if let Some(path) = reference.strip_prefix("file:") {
        let path = context.path(path);
        if context.secrets == Secrets::IfThere && !path.exists() {
            return Ok(Secret::new(STAND_IN.to_owned()));
        }
        let text = read_text(&path, SECRET_BYTES_MAX)
            .map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?;
        let text = Zeroizing::new(text);
        Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned())
    } else {
        // Whatever stands there may be the secret itself: it is not repeated.
        return Err("a secret must not stand in the configuration".to_owned());
    };
    if secret.is_empty() || secret.len() > SECRET_BYTES_MAX {
        return Err(format!("the secret is empty or larger than {SECRET_BYTES_MAX} bytes"));
    }
    // Certificates and keys have lines. Where a header is made of one after all, that is found when it is made.
    let is_pem = secret.starts_with("-----BEGIN ");
    if !is_pem && secret.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("the secret has a line break or another character inside that no HTTP header can carry".to_owned());
    }
    Ok(Secret::new(secret.to_string()))
}
