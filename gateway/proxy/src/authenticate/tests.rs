//! Credentials against a whole authenticator with an issuer on loopback. The Entra cases are those of the request corpus, by name.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use json::{Value, json};
use store::Tokens as _;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::issuer::{A1, A2, AUDIENCE, B1, FABRIC, HandClock, Issuer, Signer, issuer_of};
use super::*;
use crate::limits::{KEY_SET_BYTES_MAX, VERIFIED_TIME_MAX};
use crate::target::loopback::Reply;
use crate::target::target_client;
use crate::tenant::sample::tenant;
use crate::tenant::{BasicLogin, Credentials, EntraCloud, EntraTrust};

const A: &str = "7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa";
const B: &str = "9e0b4c3d-2222-4b4b-8d8d-bbbbbbbbbbbb";
const C: &str = "4d4d4d4d-5555-4e4e-8a8a-eeeeeeeeeeee";

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

/// An authenticator with its surroundings. Tenant `msgco` has the Entra tenant A, `otherco` has C and may leave `Bearer` out,
/// `clinic` has a user name; nobody has B.
struct House {
    issuer: Issuer,
    clock: Arc<HandClock>,
    authenticator: Arc<Authenticator>,
    tenants: Arc<Tenants>,
}

impl House {
    /// Fetches are given the time they have in earnest: a busy machine is no failure.
    fn new() -> Self {
        Self::with_times(KeyTimes::default())
    }

    /// Fetches are given up soon: for an issuer that hangs.
    fn impatient() -> Self {
        Self::with_times(KeyTimes { fetch_time_max: Duration::from_millis(300), ..KeyTimes::default() })
    }

    fn with_times(times: KeyTimes) -> Self {
        let issuer = Issuer::start();
        let clock = Arc::new(HandClock::default());
        // A second one in the same process changes nothing.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let (http, metrics) = (target_client([]).unwrap(), Arc::new(Metrics::detached()));
        let authenticator = Authenticator::with_key_times(http, Arc::clone(&clock) as _, metrics, times);
        let tenants = tenants(&issuer.cloud());
        Self { issuer, clock, authenticator: Arc::new(authenticator), tenants }
    }

    fn claims(&self) -> Value {
        let now = self.clock.unix_secs();
        json!({
            "ver": "1.0", "iss": issuer_of(A), "aud": AUDIENCE, "tid": A, "appid": FABRIC, "appidacr": "2",
            "oid": "55d0f1b2-3333-4c4c-9e9e-cccccccccccc", "iat": now - 60, "nbf": now - 60, "exp": now + 4500,
        })
    }

    /// A good token of tenant A but for `changes`, signed by `signer`; a change to null takes the claim away.
    fn token(&self, signer: &Signer, changes: &Value) -> String {
        signer.sign(&json!({ "typ": "JWT", "alg": "RS256", "kid": signer.kid }), &merged(self.claims(), changes))
    }

    /// A good token of tenant A, different from all others with another `uti`.
    fn fresh(&self, signer: &Signer, uti: usize) -> String {
        self.token(signer, &json!({ "uti": uti }))
    }

    async fn ask(&self, token: &str) -> Result<String, AuthFailure> {
        self.ask_at(None, token).await
    }

    async fn ask_at(&self, named: Option<&str>, token: &str) -> Result<String, AuthFailure> {
        self.ask_with(named, &format!("Bearer {token}")).await
    }

    async fn ask_with(&self, named: Option<&str>, header: &str) -> Result<String, AuthFailure> {
        let tenant = self
            .authenticator
            .authenticate(&self.tenants, Door { tenant: named, host: None }, Some(header.as_bytes()))
            .await?;
        Ok(tenant.id.to_string())
    }

    /// Waits until the issuer was asked `count` times for metadata, which must happen and must not be exceeded.
    async fn fetched(&self, count: usize) {
        let wait = async {
            while self.issuer.key_sets() < count {
                tokio::task::yield_now().await;
            }
        };
        assert!(timeout(Duration::from_secs(5), wait).await.is_ok(), "{} of {count} fetches", self.issuer.key_sets());
        assert_eq!(self.issuer.fetches(), count);
    }
}

fn tenants(cloud: &EntraCloud) -> Arc<Tenants> {
    let cloud = Arc::new(cloud.clone());
    let trust = |tid: &str| vec![EntraTrust { tid: tid.to_owned(), cloud: Arc::clone(&cloud) }];
    let login = BasicLogin { user: "AC123".to_owned(), password: TokenHash::of("p:w") };
    let tenants = vec![
        tenant(
            "msgco",
            Credentials { entra: trust(A), tokens: vec![TokenHash::of("msgco-token")], ..Credentials::default() },
        ),
        tenant(
            "otherco",
            Credentials {
                entra: trust(C),
                tokens: vec![TokenHash::of("otherco-token")],
                raw_token: true,
                ..Credentials::default()
            },
        ),
        tenant("clinic", Credentials { basic: vec![login], ..Credentials::default() }),
    ];
    Arc::new(Tenants::new(tenants).ok().unwrap())
}

/// The last moment that is earlier.
fn just_before(moment: Duration) -> Duration {
    moment.saturating_sub(Duration::from_millis(1))
}

fn merged(mut object: Value, changes: &Value) -> Value {
    let map = object.as_object_mut().unwrap();
    map.extend(changes.as_object().unwrap().clone());
    map.retain(|_, value| !value.is_null());
    object
}

fn refused(error: AuthError) -> Result<String, AuthFailure> {
    Err(AuthFailure::Refused(error))
}

fn unavailable() -> Result<String, AuthFailure> {
    Err(AuthFailure::Keys(KeysUnavailable))
}

#[expect(clippy::unnecessary_wraps, reason = "it is what an outcome is compared with")]
fn let_in() -> Result<String, AuthFailure> {
    Ok("msgco".to_owned())
}

/// A new house, one token made of changed claims; how it ends, and how many fetches it took.
async fn check(name: &str, signer: &Signer, claims: Value, expected: Result<String, AuthFailure>, fetches: usize) {
    let house = House::new();
    let seen = house.ask(&house.token(signer, &claims)).await;
    assert_eq!(seen, expected, "{name}");
    assert_eq!(house.issuer.fetches(), fetches, "{name}");
}

#[tokio::test]
async fn claims_of_the_corpus_end_as_they_should() {
    use AuthError::{Application, Audience, Expired, Issuer, NoExpiry, NotYetValid, UnknownKey, UnlistedTenant};
    let now = issuer::NOW;
    let (b, v2) = (issuer_of(B), format!("https://login.microsoftonline.com/{A}/v2.0"));
    check("01-valid-allowlisted-tenant", &A1, json!({}), let_in(), 1).await;
    check("02-other-tenant-same-audience", &B1, json!({ "tid": B, "iss": b }), refused(UnlistedTenant), 0).await;
    check("03-tid-iss-mismatch", &B1, json!({ "iss": b }), refused(Issuer), 0).await;
    check("04-iss-of-a-signed-by-b", &B1, json!({}), refused(UnknownKey), 1).await;
    check("05-wrong-audience", &A1, json!({ "aud": "https://graph.example.com" }), refused(Audience), 1).await;
    check("06-audience-array", &A1, json!({ "aud": [AUDIENCE, "other"] }), refused(Audience), 1).await;
    let app = json!({ "appid": "0f0f0f0f-4444-4d4d-8f8f-dddddddddddd" });
    check("07-unknown-caller-appid", &A1, app, refused(Application), 1).await;
    check("08-expired", &A1, json!({ "exp": now - 600 }), refused(Expired), 1).await;
    check("09-expired-within-skew", &A1, json!({ "exp": now - 60 }), let_in(), 1).await;
    check("10-not-yet-valid", &A1, json!({ "nbf": now + 1800 }), refused(NotYetValid), 1).await;
    check("11-no-exp", &A1, json!({ "exp": null }), refused(NoExpiry), 1).await;
    check("14-unknown-kid", &A2, json!({}), refused(UnknownKey), 1).await;
    check("17-v2-issuer-not-configured", &A1, json!({ "ver": "2.0", "iss": v2 }), refused(Issuer), 0).await;
    check("no-tid", &A1, json!({ "tid": null }), refused(UnlistedTenant), 0).await;
    check("tid-in-capitals", &A1, json!({ "tid": A.to_uppercase() }), let_in(), 1).await;
}

#[tokio::test]
async fn headers_of_the_corpus_end_as_they_should() {
    let house = House::new();
    let good = house.token(&A1, &json!({}));
    let (_, rest) = good.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let encode = |header: Value| URL_SAFE_NO_PAD.encode(header.to_string());

    let none = format!("{}.{payload}.", encode(json!({ "typ": "JWT", "alg": "none" })));
    assert_eq!(house.ask(&none).await, refused(AuthError::Algorithm), "12-alg-none");

    let head = encode(json!({ "typ": "JWT", "alg": "HS256", "kid": A1.kid }));
    let public = A1.jwk()["n"].to_string();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, public.as_bytes());
    let tag = URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, format!("{head}.{payload}").as_bytes()));
    let hs256 = house.ask(&format!("{head}.{payload}.{tag}")).await;
    assert_eq!(hs256, refused(AuthError::Algorithm), "13-alg-hs256-with-public-key");

    let jku = json!({ "typ": "JWT", "alg": "RS256", "kid": "evil", "jku": "https://evil.example.com/keys" });
    let jku = house.ask(&B1.sign(&jku, &house.claims())).await;
    assert_eq!(jku, refused(AuthError::Algorithm), "16-header-jku-injection");
    assert_eq!(house.issuer.fetches(), 0);

    let missing = house.authenticator.authenticate(&house.tenants, Door::default(), None).await.err();
    assert_eq!(missing, Some(AuthFailure::Refused(AuthError::Missing)), "18-missing-authorization");

    let forged = B1.sign(&json!({ "typ": "JWT", "alg": "RS256", "kid": A1.kid }), &house.claims());
    assert_eq!(house.ask(&forged).await, refused(AuthError::Signature), "key of b under the name of a's");
    let other = URL_SAFE_NO_PAD.encode(merged(house.claims(), &json!({ "uti": 7 })).to_string());
    let head = good.split('.').next().unwrap();
    assert_eq!(
        house.ask(&format!("{head}.{other}.{signature}")).await,
        refused(AuthError::Signature),
        "changed claims"
    );
    assert_eq!(house.ask(&format!("{head}.{payload}.")).await, refused(AuthError::Signature), "no signature");
    assert_eq!(house.ask(&good).await, let_in());
}

#[tokio::test]
async fn a_rolled_over_key_is_found() {
    let house = House::new();
    assert_eq!(house.ask(&house.fresh(&A1, 1)).await, let_in());
    house.issuer.manner.lock().unwrap().keys = vec![A1.jwk(), A2.jwk()];
    assert_eq!(house.ask(&house.fresh(&A2, 2)).await, let_in(), "15-rolled-over-kid");
    assert_eq!(house.issuer.fetches(), 2);
}

#[tokio::test]
async fn an_unknown_kid_fetches_once_in_five_minutes() {
    let house = House::new();
    assert_eq!(house.ask(&house.fresh(&A1, 0)).await, let_in());
    for uti in 1..100 {
        assert_eq!(house.ask(&house.fresh(&A2, uti)).await, refused(AuthError::UnknownKey));
    }
    assert_eq!(house.issuer.fetches(), 2);
    house.clock.set(just_before(5 * MINUTE));
    assert_eq!(house.ask(&house.fresh(&A2, 100)).await, refused(AuthError::UnknownKey));
    assert_eq!(house.issuer.fetches(), 2);
    house.clock.set(5 * MINUTE);
    assert_eq!(house.ask(&house.fresh(&A2, 101)).await, refused(AuthError::UnknownKey));
    assert_eq!(house.issuer.fetches(), 3);
}

#[tokio::test]
async fn fifty_at_once_share_one_fetch() {
    let house = Arc::new(House::new());
    for (signer, fetches) in [(&A1, 1), (&A2, 2)] {
        let mut crowd = JoinSet::new();
        house.issuer.manner.lock().unwrap().keys = vec![A1.jwk(), signer.jwk()];
        for uti in 0..50 {
            let house = Arc::clone(&house);
            crowd.spawn(async move { house.ask(&house.fresh(signer, uti)).await });
        }
        assert!(crowd.join_all().await.into_iter().all(|seen| seen == let_in()));
        assert_eq!(house.issuer.fetches(), fetches);
    }
}

#[tokio::test]
async fn an_issuer_that_goes_down_after_a_good_fetch_locks_nobody_out() {
    let house = House::new();
    assert_eq!(house.ask(&house.fresh(&A1, 0)).await, let_in());
    house.issuer.answer_with(|_| Reply::new(503, "", "down"));
    let ages = [MINUTE, HOUR, 23 * HOUR, 24 * HOUR, 30 * HOUR, just_before(48 * HOUR)];
    for (uti, age) in ages.into_iter().enumerate() {
        house.clock.set(age);
        assert_eq!(house.ask(&house.fresh(&A1, uti + 1)).await, let_in(), "after {age:?}");
    }
    house.clock.set(48 * HOUR);
    assert_eq!(house.ask(&house.fresh(&A1, 8)).await, unavailable(), "keys of the day before yesterday are no keys");
    house.issuer.recover();
    house.clock.set(49 * HOUR);
    assert_eq!(house.ask(&house.fresh(&A1, 9)).await, let_in());
}

#[tokio::test]
async fn a_rolled_over_key_of_an_issuer_that_is_down_is_not_the_callers_fault() {
    let house = House::new();
    assert_eq!(house.ask(&house.fresh(&A1, 0)).await, let_in());
    house.issuer.answer_with(|_| Reply::new(503, "", "down"));
    for uti in 1..10 {
        assert_eq!(house.ask(&house.fresh(&A2, uti)).await, unavailable());
        assert_eq!(house.ask(&house.fresh(&A1, uti)).await, let_in());
    }
    assert_eq!(house.issuer.fetches(), 2);
}

#[tokio::test]
async fn old_keys_are_renewed_while_nobody_waits() {
    let house = House::new();
    assert_eq!(house.ask(&house.fresh(&A1, 0)).await, let_in());
    house.clock.set(just_before(HOUR));
    assert_eq!(house.ask(&house.fresh(&A1, 1)).await, let_in());
    house.fetched(1).await;
    // A hanging issuer would be noticed by whoever waited for it: its fetch ends in an error.
    house.issuer.manner.lock().unwrap().key_set = Some(|_| Reply::Hang);
    house.clock.set(HOUR);
    for uti in 2..20 {
        assert_eq!(house.ask(&house.fresh(&A1, uti)).await, let_in());
    }
    house.fetched(2).await;
    assert_eq!(house.ask(&house.fresh(&A1, 20)).await, let_in());
}

#[tokio::test]
async fn a_first_fetch_that_fails_closes_the_door_and_is_not_repeated_at_once() {
    let house = House::new();
    house.issuer.answer_with(|_| Reply::new(500, "", "down"));
    for uti in 0..20 {
        assert_eq!(house.ask(&house.fresh(&A1, uti)).await, unavailable());
    }
    assert_eq!(house.issuer.fetches(), 1);
    house.issuer.recover();
    house.clock.set(just_before(KeyTimes::default().failure_pause));
    assert_eq!(house.ask(&house.fresh(&A1, 20)).await, unavailable());
    house.clock.set(KeyTimes::default().failure_pause);
    assert_eq!(house.ask(&house.fresh(&A1, 21)).await, let_in());
    assert_eq!(house.issuer.fetches(), 2);
}

/// How a first fetch ends if the metadata or the key set is answered like this.
async fn check_fetch(name: &str, metadata: Option<fn(&str) -> Reply>, key_set: Option<fn(&str) -> Reply>, good: bool) {
    check_fetch_in(House::new(), name, metadata, key_set, good).await;
}

async fn check_fetch_in(
    house: House,
    name: &str,
    metadata: Option<fn(&str) -> Reply>,
    key_set: Option<fn(&str) -> Reply>,
    good: bool,
) {
    {
        let mut manner = house.issuer.manner.lock().unwrap();
        (manner.metadata, manner.key_set) = (metadata, key_set);
    }
    let expected = if good { let_in() } else { unavailable() };
    assert_eq!(house.ask(&house.fresh(&A1, 0)).await, expected, "{name}");
    assert_eq!(house.issuer.fetches(), 1, "{name}");
}

fn metadata(issuer: &str, jwks_uri: &str) -> Reply {
    Reply::new(200, "", &json!({ "issuer": issuer, "jwks_uri": jwks_uri }).to_string())
}

fn padded(bytes: usize) -> Reply {
    let body = json!({ "keys": [A1.jwk()] }).to_string();
    Reply::new(200, "", &format!("{body}{}", " ".repeat(bytes - body.len())))
}

#[tokio::test]
async fn keys_are_taken_from_where_they_belong_only() {
    check_fetch("all is well", None, None, true).await;
    let other_host = |base: &str| metadata(&issuer_of(A), &format!("{}/{A}/discovery/keys", to_localhost(base)));
    check_fetch("a configured host", Some(other_host), None, true).await;
    check_fetch("another host", Some(|_| metadata(&issuer_of(A), "https://evil.example.com/keys")), None, false).await;
    check_fetch("another file", Some(|_| metadata(&issuer_of(A), "file:///etc/passwd")), None, false).await;
    let of_b = |base: &str| metadata(&issuer_of(B), &format!("{base}/{A}/discovery/keys"));
    check_fetch("the issuer of another", Some(of_b), None, false).await;
    let template = |base: &str| metadata("https://sts.windows.net/{tenantid}/", &format!("{base}/{A}/discovery/keys"));
    check_fetch("the template of `common`", Some(template), None, false).await;
    check_fetch("no metadata", Some(|_| Reply::new(200, "", "<html>")), None, false).await;
    check_fetch_in(House::impatient(), "hanging metadata", Some(|_| Reply::Hang), None, false).await;
    check_fetch_in(House::impatient(), "a hanging key set", None, Some(|_| Reply::Hang), false).await;
    let elsewhere = |base: &str| Reply::new(302, &format!("location: {base}/{A}/discovery/keys\r\n"), "");
    check_fetch("a redirect", Some(elsewhere), None, false).await;
    check_fetch("half a key set", None, Some(|_| Reply::raw("HTTP/1.1 200 X\r\ncontent-length: 9\r\n\r\n{")), false)
        .await;
    check_fetch("no key", None, Some(|_| Reply::new(200, "", "{\"keys\":[]}")), false).await;
    check_fetch("the largest key set", None, Some(|_| padded(KEY_SET_BYTES_MAX)), true).await;
    check_fetch("too large a key set", None, Some(|_| padded(KEY_SET_BYTES_MAX + 1)), false).await;
}

fn to_localhost(base: &str) -> String {
    base.replace("127.0.0.1", "localhost")
}

#[tokio::test]
async fn a_key_of_another_issuer_is_no_key() {
    let house = House::new();
    let foreign = merged(A1.jwk(), &json!({ "issuer": issuer_of(B) }));
    house.issuer.manner.lock().unwrap().keys = vec![foreign];
    assert_eq!(house.ask(&house.fresh(&A1, 0)).await, refused(AuthError::UnknownKey));
}

#[tokio::test]
async fn a_verified_token_does_not_outlive_its_expiry() {
    let house = House::new();
    let token = house.token(&A1, &json!({ "exp": house.clock.unix_secs() - 240 }));
    for _ in 0..3 {
        assert_eq!(house.ask(&token).await, let_in());
    }
    house.clock.set(just_before(MINUTE));
    assert_eq!(house.ask(&token).await, let_in(), "the skew is not over");
    house.clock.set(MINUTE);
    assert_eq!(house.ask(&token).await, refused(AuthError::Expired));
}

#[tokio::test]
async fn a_verified_token_is_looked_at_again_after_its_time() {
    let house = House::new();
    let token = house.fresh(&A1, 0);
    assert_eq!(house.ask(&token).await, let_in());
    house.issuer.manner.lock().unwrap().keys = vec![A2.jwk()];
    assert_eq!(house.ask(&house.fresh(&A2, 0)).await, let_in(), "the old key is gone now");
    assert_eq!(house.ask(&house.fresh(&A1, 1)).await, refused(AuthError::UnknownKey));
    house.clock.set(just_before(VERIFIED_TIME_MAX));
    assert_eq!(house.ask(&token).await, let_in());
    house.clock.set(VERIFIED_TIME_MAX);
    assert_eq!(house.ask(&token).await, refused(AuthError::UnknownKey));
}

#[tokio::test]
async fn a_verified_token_does_not_outlive_its_listing() {
    let mut house = House::new();
    let token = house.fresh(&A1, 0);
    assert_eq!(house.ask(&token).await, let_in());

    house.tenants = tenants(&house.issuer.cloud());
    house.issuer.answer_with(|_| Reply::new(503, "", "down"));
    assert_eq!(house.ask(&token).await, let_in(), "the same configuration, loaded anew");

    let stricter = EntraCloud { audiences: vec!["another".to_owned()], ..house.issuer.cloud() };
    house.issuer.recover();
    house.tenants = tenants(&stricter);
    assert_eq!(house.ask(&token).await, refused(AuthError::Audience));

    house.tenants = Arc::new(Tenants::new(Vec::new()).ok().unwrap());
    assert_eq!(house.ask(&token).await, refused(AuthError::UnlistedTenant));
}

#[tokio::test]
async fn a_credential_opens_its_own_tenant_only() {
    use AuthError::{DoubledScheme, UnknownToken, WrongTenant};
    let house = House::new();
    let jwt = house.fresh(&A1, 0);
    let rows = [
        (None, "msgco-token", Ok("msgco")),
        (None, "otherco-token", Ok("otherco")),
        (None, "nobodys-token", Err(UnknownToken)),
        (None, "a.b.c", Err(UnknownToken)),
        (None, "Bearer msgco-token", Err(DoubledScheme)),
        (Some("msgco"), "msgco-token", Ok("msgco")),
        (Some("msgco"), "otherco-token", Err(WrongTenant)),
        (Some("nobody"), "msgco-token", Err(WrongTenant)),
        (Some("nobody"), "nobodys-token", Err(UnknownToken)),
        (Some("msgco"), "nobodys-token", Err(UnknownToken)),
        (None, &jwt, Ok("msgco")),
        (Some("msgco"), &jwt, Ok("msgco")),
        (Some("otherco"), &jwt, Err(WrongTenant)),
        (Some("nobody"), &jwt, Err(WrongTenant)),
        (Some("MSGCO"), &jwt, Err(WrongTenant)),
    ];
    for (named, token, expected) in rows {
        let expected = expected.map(str::to_owned).map_err(AuthFailure::Refused);
        assert_eq!(house.ask_at(named, token).await, expected, "{named:?} {token}");
    }
}

#[tokio::test]
async fn a_header_opens_what_its_form_may_open() {
    use AuthError::{DoubledScheme, Malformed, NoScheme, Scheme, UnknownLogin, UnknownToken, WrongTenant};
    let house = House::new();
    let jwt = house.fresh(&A1, 0);
    let basic = |login: &str| format!("Basic {}", STANDARD.encode(login));
    let rows = [
        // idp-dialects row 34, and the tenants that do not allow it.
        (None, "otherco-token".to_owned(), Ok("otherco")),
        (Some("otherco"), "  otherco-token ".to_owned(), Ok("otherco")),
        (Some("msgco"), "otherco-token".to_owned(), Err(WrongTenant)),
        (None, "Bearer otherco-token".to_owned(), Ok("otherco")),
        (None, "msgco-token".to_owned(), Err(NoScheme)),
        (None, "nobodys-token".to_owned(), Err(NoScheme)),
        (None, jwt, Err(NoScheme)),
        (None, "Token otherco-token".to_owned(), Err(Scheme)),
        (None, "Bearer Bearer otherco-token".to_owned(), Err(DoubledScheme)),
        // RFC 7617.
        (None, basic("AC123:p:w"), Ok("clinic")),
        (Some("clinic"), basic("AC123:p:w"), Ok("clinic")),
        (Some("msgco"), basic("AC123:p:w"), Err(WrongTenant)),
        (None, basic("AC123:p"), Err(UnknownLogin)),
        (None, basic("AC124:p:w"), Err(UnknownLogin)),
        (None, basic("ac123:p:w"), Err(UnknownLogin)),
        (None, basic("otherco:otherco-token"), Err(UnknownLogin)),
        (None, basic("otherco-token"), Err(Malformed)),
        (None, basic(":otherco-token"), Err(Malformed)),
        (None, "Bearer p:w".to_owned(), Err(UnknownToken)),
    ];
    for (named, header, expected) in rows {
        let expected = expected.map(str::to_owned).map_err(AuthFailure::Refused);
        assert_eq!(house.ask_with(named, &header).await, expected, "{named:?} {header}");
    }
    assert_eq!(house.issuer.fetches(), 0);
}

/// Tokens that the store knows: of a tenant that may have them, and of one that may not any more.
#[tokio::test]
async fn an_issued_token_opens_until_another_is_issued() {
    use AuthError::{NoScheme, UnknownToken, WrongTenant};
    let store = Arc::new(store::Volatile::default());
    let mut house = House::new();
    house.authenticator = Arc::new(
        Authenticator::new(target_client([]).unwrap(), Arc::clone(&house.clock) as _, Arc::new(Metrics::detached()))
            .with_issued(Arc::clone(&store) as _),
    );
    let of = |id: &str, issued: bool, raw_token: bool| {
        tenant(id, Credentials { raw_token, issued, ..Credentials::default() })
    };
    let tenants = vec![of("itco", true, false), of("rawco", true, true), of("formerly", false, false)];
    house.tenants = Arc::new(Tenants::new(tenants).ok().unwrap());
    let now = house.clock.unix_secs();
    for (id, token) in [("itco", "it-1"), ("rawco", "raw-1"), ("formerly", "old-1"), ("gone", "gone-1")] {
        store.issue_token(&id.parse().unwrap(), &TokenHash::of(token).0, now, 0).await.unwrap();
    }
    for (named, header, expected) in [
        (None, "Bearer it-1", Ok("itco")),
        (Some("itco"), "Bearer it-1", Ok("itco")),
        (Some("rawco"), "Bearer it-1", Err(WrongTenant)),
        (None, "it-1", Err(NoScheme)),
        (None, "raw-1", Ok("rawco")),
        (None, "Bearer old-1", Err(UnknownToken)),
        (None, "Bearer gone-1", Err(UnknownToken)),
        (None, "Bearer it-2", Err(UnknownToken)),
    ] {
        let expected = expected.map(str::to_owned).map_err(AuthFailure::Refused);
        assert_eq!(house.ask_with(named, header).await, expected, "{named:?} {header}");
    }
    store.issue_token(&"itco".parse().unwrap(), &TokenHash::of("it-2").0, now, 0).await.unwrap();
    assert_eq!(house.ask("it-1").await, refused(UnknownToken));
    assert_eq!(house.ask("it-2").await, Ok("itco".to_owned()));
    // By the clock of the gateway: one that an overlap let live on until now, and one that lives a second longer.
    for (before, token, overlap_secs, expected) in
        [("it-2", "it-3", 0, refused(UnknownToken)), ("it-3", "it-4", 1, Ok("itco".to_owned()))]
    {
        store.issue_token(&"itco".parse().unwrap(), &TokenHash::of(token).0, now, overlap_secs).await.unwrap();
        assert_eq!(house.ask(before).await, expected, "{before}");
    }
    store.issue_token(&"itco".parse().unwrap(), &TokenHash::of("it-5").0, now - 9, 8).await.unwrap();
    assert_eq!(house.ask("it-4").await, refused(UnknownToken));
}

#[test]
fn every_refusal_has_a_word_of_its_own_and_nobody_learns_who_is_a_customer() {
    use AuthError as E;
    let unverified = [E::Algorithm, E::UnlistedTenant, E::Issuer, E::UnknownKey, E::Signature];
    assert!(unverified.iter().all(|error| error.to_string() == UNVERIFIED));
    let unknown = [E::UnknownToken, E::UnknownLogin, E::WrongTenant];
    assert!(unknown.iter().all(|error| error.to_string() == UNKNOWN));
    assert_eq!(E::Scheme.to_string(), E::NoScheme.to_string());
    let first = [E::Missing, E::Scheme, E::NoScheme, E::DoubledScheme, E::Malformed].into_iter().chain(unknown);
    let first: Vec<E> = first.collect();
    let last = [E::NoExpiry, E::Expired, E::NotYetValid, E::Audience, E::Application];
    let words: Vec<_> = first.iter().chain(&unverified).chain(&last).map(E::reason).collect();
    assert_eq!(words, E::ALL_REASONS);
}
