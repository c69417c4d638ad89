//! A curl command as people paste it: the options that make a request are read, those that only show or connect are passed by.
//!
//! Nothing is sent. An option that is not known here is an error: it could change the request.

use std::fs::File;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Request, bounded};

/// Options without a value that do not change the request.
const PASSED: [&str; 22] = [
    "-s",
    "-S",
    "-k",
    "-i",
    "-v",
    "-L",
    "-f",
    "-g",
    "-N",
    "-#",
    "--silent",
    "--show-error",
    "--insecure",
    "--include",
    "--verbose",
    "--location",
    "--fail",
    "--compressed",
    "--globoff",
    "--no-buffer",
    "--http1.1",
    "--http2",
];
/// Options with a value that do not change the request.
const PASSED_WITH_VALUE: [&str; 17] = [
    "-o",
    "--output",
    "-w",
    "--write-out",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--cacert",
    "-x",
    "--proxy",
    "--retry",
    "-c",
    "--cookie-jar",
    "--resolve",
    "-D",
    "--dump-header",
    "--limit-rate",
];

/// What is said of an `@` file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Data {
    /// `-d`: line breaks of a file are dropped.
    Plain,
    /// `--data-raw`: an `@` means nothing.
    Raw,
    /// `--data-binary`, `--json`: a file as it is.
    Binary,
    /// `--data-urlencode`.
    Encoded,
}

/// What the options have said so far.
#[derive(Default)]
struct Said {
    method: Option<String>,
    url: Option<String>,
    headers: Vec<(String, String)>,
    data: Vec<String>,
    json: bool,
    user: Option<String>,
    get: bool,
    head: bool,
}

/// # Errors
/// What is wrong and what to write.
pub(super) fn request(command: &str) -> Result<Request, String> {
    if command.contains("$'") {
        return Err("`$'…'` is of one shell only: write the text in plain single quotes".to_owned());
    }
    let words = shell_words::split(command.trim()).map_err(|_| "a quote of the curl command is never closed")?;
    let mut words = words.into_iter();
    match words.next() {
        Some(first) if first == "curl" => {}
        _ => return Err("a curl command begins with `curl`".to_owned()),
    }
    let mut said = Said::default();
    while let Some(word) = words.next() {
        // The value of an option: attached to a short one, or the next word.
        let (option, attached) = match word.strip_prefix('-') {
            Some(rest) if !rest.starts_with('-') && rest.chars().count() > 1 => {
                let mut letters = rest.chars();
                let letter = letters.next().unwrap_or_default();
                (format!("-{letter}"), Some(letters.as_str().to_owned()))
            }
            _ => (word, None),
        };
        said.option(&option, attached, &mut words)?;
    }
    said.into_request()
}

impl Said {
    fn option(
        &mut self,
        option: &str,
        attached: Option<String>,
        words: &mut std::vec::IntoIter<String>,
    ) -> Result<(), String> {
        if self.flag(option) {
            // Short options may stand together: `-sSX POST`.
            return match attached {
                Some(more) => {
                    let mut letters = more.chars();
                    let letter = letters.next().unwrap_or_default();
                    let rest = letters.as_str();
                    self.option(&format!("-{letter}"), (!rest.is_empty()).then(|| rest.to_owned()), words)
                }
                None => Ok(()),
            };
        }
        if !option.starts_with('-') || option == "-" {
            if let Some(first) = &self.url {
                return Err(format!("the curl command has two URLs, `{first}` and `{option}`: forgot a quote?"));
            }
            self.url = Some(option.to_owned());
            return Ok(());
        }
        let mut value = || {
            attached
                .clone()
                .or_else(|| words.next())
                .ok_or_else(|| format!("`{option}` of the curl command has no value"))
        };
        match option {
            "-X" | "--request" => self.method = Some(value()?),
            "--url" => self.url = Some(value()?),
            "-H" | "--header" => self.headers.push(header(&value()?)?),
            "-A" | "--user-agent" => self.headers.push(("User-Agent".to_owned(), value()?)),
            "-e" | "--referer" | "-b" | "--cookie" => drop(value()?),
            "-u" | "--user" => self.user = Some(value()?),
            "-d" | "--data" | "--data-ascii" => self.data.push(data(&value()?, Data::Plain)?),
            "--data-raw" => self.data.push(data(&value()?, Data::Raw)?),
            "--data-binary" => self.data.push(data(&value()?, Data::Binary)?),
            "--data-urlencode" => self.data.push(data(&value()?, Data::Encoded)?),
            "--json" => {
                self.json = true;
                self.data.push(data(&value()?, Data::Binary)?);
            }
            _ if PASSED_WITH_VALUE.contains(&option) => drop(value()?),
            _ => {
                let known = "-X, -H, -d, --data-raw, --data-binary, --data-urlencode, --json, -u, --url, -G";
                return Err(format!("`{option}` of the curl command is not understood here; known: {known}"));
            }
        }
        Ok(())
    }

    /// Whether it is an option without a value.
    fn flag(&mut self, option: &str) -> bool {
        match option {
            "-G" | "--get" => self.get = true,
            "-I" | "--head" => self.head = true,
            _ => return PASSED.contains(&option),
        }
        true
    }

    fn into_request(self) -> Result<Request, String> {
        let Said { method, url, headers, data, json, user, get, head } = self;
        let mut url = url.ok_or("the curl command has no URL")?;
        // curl joins pieces of data as a form does, and pieces of JSON as they are.
        let mut body = if json { data.concat() } else { data.join("&") };
        if get && !body.is_empty() {
            url = format!("{url}{}{body}", if url.contains('?') { '&' } else { '?' });
            body.clear();
        }
        let method = method.unwrap_or_else(|| {
            let implied = if head {
                "HEAD"
            } else if body.is_empty() {
                "GET"
            } else {
                "POST"
            };
            implied.to_owned()
        });
        // A URL without a scheme is HTTP to curl; a path below the SCIM root is what people mean here.
        let url = if url.contains("://") || url.starts_with('/') { url } else { format!("http://{url}") };
        let mut request = Request::new(&method, &url, body.into_bytes());
        if json && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            request = request.with_header("Content-Type", "application/json");
        }
        for (name, value) in &headers {
            request = request.with_header(name, value);
        }
        Ok(match user {
            Some(user) => request.with_header("Authorization", &format!("Basic {}", STANDARD.encode(user))),
            None => request,
        })
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("a header of the curl command is not `Name: value`")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

/// The text of a piece of data, which may be in a file.
fn data(text: &str, kind: Data) -> Result<String, String> {
    match (text.strip_prefix('@'), kind) {
        (Some(path), Data::Plain | Data::Binary) => {
            let text = file(path)?;
            Ok(if kind == Data::Plain { text.replace(['\r', '\n'], "") } else { text })
        }
        (_, Data::Encoded) => {
            let (name, value) = text.split_once('=').unwrap_or(("", text));
            let value = percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string();
            Ok(if name.is_empty() { value } else { format!("{name}={value}") })
        }
        _ => Ok(text.to_owned()),
    }
}

fn file(path: &str) -> Result<String, String> {
    let unreadable = |error: std::io::Error| format!("`{path}` of the curl command cannot be read: {error}");
    File::open(path).and_then(bounded).map_err(unreadable)
}
