//! Every limit of the data path by name and unit.

use std::time::Duration;

/// Largest request body, in bytes.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Most bytes of a body that is too large which are read and thrown away, so that the client reads its 413 instead of a reset.
pub const BODY_BYTES_DISCARDED_MAX: usize = 8 * 1024 * 1024;
/// Longest time that is spent on throwing a body away.
pub const BODY_DISCARD_TIME_MAX: Duration = Duration::from_secs(2);
/// Largest header block, in bytes.
pub const HEADER_BYTES_MAX: usize = 32 * 1024;
/// Longest time for the headers of a request to arrive; so long an idle HTTP/1.1 connection is kept as well, because hyper
/// has one timer for both.
pub const HEADER_TIME_MAX: Duration = Duration::from_secs(10);
/// Longest time for the body of a request to arrive.
pub const BODY_TIME_MAX: Duration = Duration::from_secs(20);
/// Longest TLS handshake.
pub const HANDSHAKE_TIME_MAX: Duration = Duration::from_secs(10);
/// Connections at once.
pub const CONNECTIONS_MAX: u32 = 4_096;
/// Longest time that a connection without a request is kept: at least this long, at most twice.
pub const CONNECTION_IDLE_MAX: Duration = Duration::from_mins(1);
/// Time between two pings on an HTTP/2 connection, and the longest wait for the answer.
pub const PING_INTERVAL: Duration = Duration::from_secs(20);
/// Longest time that exchanges in flight are given when the server stops: every one can end by itself.
pub const DRAIN_TIME_MAX: Duration = Duration::from_secs(50);
/// Longest pause after the machine could not give a new connection.
pub const ACCEPT_PAUSE_MAX: Duration = Duration::from_secs(1);
/// Streams at once in one HTTP/2 connection.
pub const STREAMS_MAX: u32 = 128;
/// Exchanges at once; more are answered 503 with Retry-After.
pub const EXCHANGES_MAX: usize = 1_024;
/// Longest exchange, everything included: IdPs give up after 60 s (idp-dialects row 62).
pub const EXCHANGE_TIME_MAX: Duration = Duration::from_secs(45);
/// Longest time for the operations of one bulk request to begin; those that have not begun then are answered 503 each. What the
/// last one may take after that still fits into [`EXCHANGE_TIME_MAX`].
pub const BULK_TIME_MAX: Duration = Duration::from_secs(35);
/// Members of groups that one exchange reads, all groups of its answer together. Two groups of the size that Entra and Okta are
/// known to send (100,000) fit.
pub const MEMBER_ROWS_MAX: usize = 250_000;
/// Members that one answer reads one by one to know who is protected, where the profile wants it; of more, all are shown.
pub const MEMBER_LOOKS_MAX: usize = 200;
/// Members that one PATCH adds or removes without looking at who is a member: as many calls at most as there are members. A
/// larger change reads the members first and makes the difference only, so that a repetition makes progress.
pub const MEMBERS_BLIND_MAX: usize = 50;
/// New members that one request brings into a group: each may be a call to look and a call to add. Who is a member already does
/// not count where members were read.
pub const MEMBERS_NEW_MAX: usize = 10_000;
/// Target calls that one exchange makes for single records of a list or a search: to read those that the store remembers or whose
/// rows lack fields, to join what other calls add to a row, and to ask whether somebody is a member of each. Rows that are whole
/// records need none.
pub const CANDIDATE_CALLS_MAX: usize = 2_000;
/// Target calls that the record of one exchange lists; all are counted.
pub const CALLS_LISTED_MAX: usize = 200;
/// Attributes without a mapping that the record of one exchange names.
pub const LEFT_OUT_MAX: usize = 32;
/// Longest `detail` of an error, in characters.
pub const DETAIL_CHARS_MAX: usize = 1_024;
/// Longest single target call.
pub const CALL_TIME_MAX: Duration = Duration::from_secs(20);
/// Longest time to open a connection to a target or an IdP, TLS included.
pub const CONNECT_TIME_MAX: Duration = Duration::from_secs(5);
/// Longest time that an idle connection is kept for the next call; shorter than the 5 s after which many servers close it.
pub const POOL_IDLE_TIME_MAX: Duration = Duration::from_secs(4);
/// How long a token of a target is kept whose server does not say how long it is good.
pub const TOKEN_TIME: Duration = Duration::from_mins(10);
/// Longest time that a token of a target is kept, whatever its server says.
pub const TOKEN_TIME_MAX: Duration = Duration::from_hours(24);
/// Longest time before its end at which a token of a target is no longer used.
pub const TOKEN_LEAD_MAX: Duration = Duration::from_secs(30);
/// How long nobody logs in again after the target refused our password.
pub const LOGIN_PAUSE: Duration = Duration::from_secs(10);
/// Wait before a target call is made once more.
pub const CALL_RETRY_DELAY: Duration = Duration::from_millis(200);
/// Largest body of a target's answer, in bytes.
pub const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Calls at once to one target.
pub const CALLS_AT_ONCE_MAX: usize = 32;
/// Seconds that a client is told to wait when the target or the gateway is overloaded and nobody said how long.
pub const RETRY_AFTER_SECS: u32 = 30;
/// Most seconds that a client is told to wait, whatever the target says: a quota of a day begins anew by then.
pub const RETRY_AFTER_SECS_MAX: u32 = 24 * 60 * 60;
/// Longest bearer token, or user name and password as RFC 7617 encodes them, in bytes.
pub const TOKEN_BYTES_MAX: usize = 8 * 1024;
/// Largest OIDC metadata or key set, in bytes.
pub const KEY_SET_BYTES_MAX: usize = 2 * 1024 * 1024;
/// Most keys in one key set; Entra says to expect up to 1000 (entra-docs, signing-key-rollover).
pub const KEYS_MAX: usize = 2_000;
/// Verified tokens that are remembered.
pub const VERIFIED_TOKENS_MAX: u64 = 100_000;
/// Longest time that a verified token is trusted without looking at it again.
pub const VERIFIED_TIME_MAX: Duration = Duration::from_mins(5);
/// Largest clock skew between an IdP and us that a token is forgiven, in seconds.
pub const CLOCK_SKEW_SECS_MAX: u64 = 300;
/// Longest fetch of an IdP's metadata and key set together.
pub const KEY_FETCH_TIME_MAX: Duration = Duration::from_secs(10);
