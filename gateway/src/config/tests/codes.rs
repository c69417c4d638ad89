//! A row for each code: a configuration that has exactly that problem, as a terminal shows it.

use super::*;

#[test]
fn keys_words_and_types_are_checked() {
    insta::assert_snapshot!(only(Code::Toml, LISTEN, "listen = "), @r"
    error[E0101]: not valid TOML: string values must be quoted, expected literal string
    --> scimgate.toml:2:10
    ");
    insta::assert_snapshot!(only(Code::UnknownKey, LISTEN, "listen = \"127.0.0.1:0\"\nlisen = \"x\""), @r"
    error[E0103]: unknown key `lisen`
    --> scimgate.toml:3:1
     = help: did you mean `listen`?
    ");
    insta::assert_snapshot!(only(Code::MissingKey, "id = \"acme\"\n", ""), @r#"
    error[E0104]: `id` is missing in `tenant`
     --> scimgate.toml:3:1
      |
    3 | [[tenant]]
      | ^^^^^^^^^^
      |
      = help: write `id = "acme"`
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, HASHES, ""), @r#"
    error[E0104]: nobody could call for this tenant
     --> scimgate.toml:3:1
      |
    3 | [[tenant]]
      | ^^^^^^^^^^
      |
      = help: write `entra = [{ tid = "…" }]`, `token_hashes = ["sha256:…"]`, `issued_tokens = true`, or `basic = [{ user = "…", password_hash = "sha256:…" }]`; `scimgate token new` makes a hash
    "#);
    insta::assert_snapshot!(only(Code::WrongType, "id = \"acme\"", "id = 7"), @r"
    error[E0105]: `id` must be a text in quotes, not a whole number
    --> scimgate.toml:4:6
    ");
    insta::assert_snapshot!(only(Code::Name, "\"acme\"", "\"Acme Inc\""), @r#"
    error[E0108]: `Acme Inc` is not a tenant id: use 1 to 63 of a-z, 0-9 and -, with no dash at either end
     --> scimgate.toml:4:6
      |
    4 | id = "Acme Inc"
      |      ^^^^^^^^^^
    "#);
    insta::assert_snapshot!(only(Code::Range, LISTEN, "listen = \"127.0.0.1:0\"\ndrain_secs = 601"), @r"
    error[E0109]: `drain_secs` is out of range
     --> scimgate.toml:3:14
      |
    3 | drain_secs = 601
      |              ^^^
      |
      = help: write a number from 0 to 600
    ");
    assert_eq!(codes(""), [Code::MissingKey; 2], "[scim] and [[tenant]]");
}

#[test]
fn words_and_what_belongs_together_are_checked() {
    insta::assert_snapshot!(only(Code::UnknownWord, "[scim]", "[log]\nlevel = \"verbose\"\n[scim]"), @r#"
    error[E0106]: `level` cannot be `verbose`
     --> scimgate.toml:2:9
      |
    2 | level = "verbose"
      |         ^^^^^^^^^
      |
      = help: write one of `error`, `warn`, `info`, `debug`, `trace`
    "#);
    insta::assert_snapshot!(only(Code::UnknownWord, "id = \"acme\"", "id = \"acme\"\nscim = \"2.1\""), @r#"
    error[E0106]: `scim` cannot be `2.1`
     --> scimgate.toml:5:8
      |
    5 | scim = "2.1"
      |        ^^^^^
      |
      = help: did you mean `2.0`?
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, HASHES, &format!("entra = [{{ tid = \"{TID}\" }}]\nraw_token = true")), @r#"
    error[E0104]: `raw_token` is about `token_hashes`, and there are none
     --> scimgate.toml:7:1
      |
    7 | raw_token = true
      | ^^^^^^^^^
      |
      = help: leave it out, or write `token_hashes = ["sha256:…"]` as `scimgate token new` prints it
    "#);
}

#[test]
fn addresses_are_checked() {
    insta::assert_snapshot!(only(Code::Address, LISTEN, "listen = \"localhost:8443\""), @r#"
    error[E0301]: `localhost:8443` is not an address and port
     --> scimgate.toml:2:10
      |
    2 | listen = "localhost:8443"
      |          ^^^^^^^^^^^^^^^^
      |
      = help: write `listen = "127.0.0.1:8080"`; a host name is not resolved here
    "#);
    insta::assert_snapshot!(only(Code::Address, BASE, "base = \"ftp://product.example.com\""), @r#"
    error[E0301]: the base URL of the target is neither https nor http; write `https://host/path`
     --> scimgate.toml:8:8
      |
    8 | base = "ftp://product.example.com"
      |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(only(Code::Address, LISTEN, "listen = \"127.0.0.1:0\"\npublic_url = \"https://scim.example.com/\""), @r#"
    error[E0301]: `public_url` must be scheme and host, as the IdP sees them
     --> scimgate.toml:3:14
      |
    3 | public_url = "https://scim.example.com/"
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `public_url = "https://scim.example.com"`: in small letters, without path, slash or default port
    "#);
    insta::assert_snapshot!(only(Code::Address, "[scim]", "[entra.cloud.own]\nmetadata = \"http://login.example.com/{tid}\"\n[scim]"), @r#"
    error[E0301]: `metadata` must be an https URL with `{tid}`
     --> scimgate.toml:2:12
      |
    2 | metadata = "http://login.example.com/{tid}"
      |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: write `metadata = "https://login.microsoftonline.com/{tid}/.well-known/openid-configuration"`
    "#);
}

#[test]
fn files_are_checked() {
    insta::assert_snapshot!(only(Code::File, LISTEN, "listen = \"127.0.0.1:0\"\ntls = { certificate = \"tls.crt\", key = \"tls.key\" }"), @r#"
    error[E0302]: `nowhere/tls.crt` cannot be read: No such file or directory (os error 2); check the path and who may read it
     --> scimgate.toml:3:1
      |
    3 | tls = { certificate = "tls.crt", key = "tls.key" }
      | ^^^
    "#);
    insta::assert_snapshot!(only(Code::File, "[scim]", "[profiles]\nfolder = \"profiles\"\n[scim]"), @r#"
    error[E0302]: there is no folder `nowhere/profiles`
     --> scimgate.toml:2:10
      |
    2 | folder = "profiles"
      |          ^^^^^^^^^^
      |
      = help: name the folder that holds NAME/profile.toml
    "#);
}

#[test]
fn what_would_open_the_gateway_is_refused() {
    insta::assert_snapshot!(only(Code::Unsafe, LISTEN, "listen = \"0.0.0.0:8443\"\npublic_url = \"https://scim.example.com\""), @r#"
    error[E0303]: the SCIM port would take tokens in plain text
     --> scimgate.toml:1:2
      |
    1 | [scim]
      |  ^^^^
      |
      = help: write `tls = { certificate = "tls.crt", key = "tls.key" }`, or `plain_http = "behind a proxy"` if a proxy in front ends TLS
    "#);
    insta::assert_snapshot!(only(Code::Unsafe, "[scim]", "[admin]\nlisten = \"0.0.0.0:9090\"\n[scim]"), @r#"
    error[E0303]: the private port is not authenticated and must stay on loopback
     --> scimgate.toml:1:2
      |
    1 | [admin]
      |  ^^^^^
      |
      = help: write `listen = "127.0.0.1:9090"` and reach it through a tunnel or a sidecar
    "#);
}

#[test]
fn profiles_and_their_parameters_are_checked() {
    insta::assert_snapshot!(only(Code::Profile, "\"telemessage\"", "\"telemassage\""), @r#"
    error[E0304]: there is no profile `telemassage`: shipped are directory, itmc, redmine, synapse, talkdesk, telemessage, telemetrytv, telmediq
     --> scimgate.toml:5:11
      |
    5 | profile = "telemassage"
      |           ^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(only(Code::Profile, "\"telemessage\"", "\"../telemessage\""), @r#"
    error[E0304]: `../telemessage` is not the name of a profile: use a-z, 0-9 and -
     --> scimgate.toml:5:11
      |
    5 | profile = "../telemessage"
      |           ^^^^^^^^^^^^^^^^
    "#);
    insta::assert_snapshot!(only(Code::Param, HASHES, &format!("{HASHES}\nparams = {{ region = \"XX\" }}")), @r#"
    error[E0305]: parameter `region` must be a region, two capital letters of ISO 3166-1: "US"
    --> scimgate.toml:7:1
     = help: see `[params]` of the profile `telemessage`
    "#);
    insta::assert_snapshot!(only(Code::Param, HASHES, &format!("{HASHES}\nparams = {{ regoin = \"GB\" }}")), @r"
    error[E0305]: the profile has no parameter `regoin`; did you mean `region`?
    --> scimgate.toml:7:1
     = help: see `[params]` of the profile `telemessage`
    ");
}

#[test]
fn secrets_are_read() {
    insta::assert_snapshot!(only(Code::SecretValue, SECRETS, "secrets = { target-token = \"env:SCIMGATE_NO_SUCH_VARIABLE\" }"), @r#"
    error[E0306]: `target-token`: the environment variable `SCIMGATE_NO_SUCH_VARIABLE` is not set
    --> scimgate.toml:9:28
     = help: set `SCIMGATE_NO_SUCH_VARIABLE` for this program, or name one that is set
    "#);
    insta::assert_snapshot!(only(Code::SecretValue, SECRETS, "secrets = { target-token = \"file:token\" }"), @r#"
    error[E0306]: `target-token`: `nowhere/token` cannot be read: No such file or directory (os error 2)
    --> scimgate.toml:9:28
     = help: write `"env:VARIABLE"` or `"file:PATH"`
    "#);
    insta::assert_snapshot!(only(Code::SecretValue, SECRETS, ""), @r#"
    error[E0306]: the profile needs the secret `target-token`, and the tenant has none of that name
    --> scimgate.toml:7:9
     = help: write `secrets = { NAME = "env:VARIABLE" }` or `"file:PATH"`
    "#);
    insta::assert_snapshot!(only(Code::UnknownKey, SECRETS, "secrets = { target-token = \"env:CARGO_PKG_NAME\", other = \"env:CARGO_PKG_NAME\" }"), @r"
    error[E0103]: the profile `telemessage` asks for no secret `other`
    --> scimgate.toml:9:50
     = help: it asks for `target-token`
    ");
}

#[test]
fn a_login_is_a_user_name_and_the_hash_of_its_password() {
    insta::assert_snapshot!(only(Code::SecretValue, HASHES, &login("AC1", "hunter2")), @r#"
    error[E0306]: this is not `sha256:` and 64 hexadecimal digits
    --> scimgate.toml:6:42
     = help: `scimgate token new` makes a password, which the IdP is given, and its hash, which stands here
    "#);
    insta::assert_snapshot!(only(Code::SecretValue, HASHES, &login("AC1:hunter2", HASH)), @r#"
    error[E0306]: this cannot be the user name of HTTP Basic
    --> scimgate.toml:6:19
     = help: write 1 to 255 bytes without colon, line break or other control character
    "#);
    insta::assert_snapshot!(only(Code::MissingKey, HASHES, "basic = [{ user = \"AC1\" }]"), @r#"
    error[E0104]: `password_hash` is missing in `tenant.basic`
     --> scimgate.toml:6:10
      |
    6 | basic = [{ user = "AC1" }]
      |          ^^^^^^^^^^^^^^^^
      |
      = help: write `password_hash = "sha256:…"`
    "#);
}

#[test]
fn a_credential_belongs_to_one_tenant() {
    let target =
        "[tenant.target]\nbase = \"https://product.example.com\"\nsecrets = { target-token = \"env:CARGO_PKG_NAME\" }";
    let two = |id: &str, first: &str, second: &str| {
        format!("{first}\n{target}\n[[tenant]]\nid = \"{id}\"\nprofile = \"telemessage\"\n{second}")
    };
    let trust = |tid: &str, cloud: &str| format!("entra = [{{ tid = \"{tid}\", cloud = \"{cloud}\" }}]");
    let upper = TID.to_uppercase();
    let hash = |digit: &str| format!("token_hashes = [\"sha256:{}\"]", digit.repeat(64));
    let same_tid = two("globex", &trust(TID, "global"), &trust(&upper, "global"));
    insta::assert_snapshot!(only(Code::Conflict, HASHES, &same_tid), @r#"
    error[E0307]: the Entra tenant `7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa` stands in line 6 already
      --> scimgate.toml:13:18
       |
    13 | entra = [{ tid = "7C2D5A1E-1111-4A4A-9C9C-AAAAAAAAAAAA", cloud = "global" }]
       |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: a tenant has a name and credentials of its own
    "#);
    insta::assert_snapshot!(only(Code::Conflict, HASHES, &two("globex", &hash("a"), &hash("A"))), @r#"
    error[E0307]: the token `sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa` stands in line 6 already
      --> scimgate.toml:13:17
       |
    13 | token_hashes = ["sha256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
       |                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: a tenant has a name and credentials of its own
    "#);
    insta::assert_snapshot!(only(Code::Conflict, HASHES, &two("acme", &hash("a"), HASHES)), @r#"
    error[E0307]: the tenant id `acme` stands in line 4 already
      --> scimgate.toml:11:6
       |
    11 | id = "acme"
       |      ^^^^^^
       |
       = help: a tenant has a name and credentials of its own
    "#);
    insta::assert_snapshot!(only(Code::Conflict, HASHES, &two("globex", &login("AC1", HASH), &login("AC1", HASH))), @r#"
    error[E0307]: the user name `AC1` stands in line 6 already
      --> scimgate.toml:13:19
       |
    13 | basic = [{ user = "AC1", password_hash = "sha256:0000000000000000000000000000000000000000000000000000000000000000" }]
       |                   ^^^^^
       |
       = help: a tenant has a name and credentials of its own
    "#);
    // A password that is being replaced: for a while there are two.
    let replaced = format!(
        "basic = [{{ user = \"AC1\", password_hash = \"{HASH}\" }}, {{ user = \"AC1\", password_hash = \"{HASH}\" }}]"
    );
    assert_eq!(sound(HASHES, &replaced).tenants[0].credentials.basic.len(), 2);
    // A tenant that says the same thing twice does no harm; one tenant ID in two clouds does.
    let twice = format!("entra = [{{ tid = \"{TID}\" }}, {{ tid = \"{upper}\", cloud = \"global\" }}]");
    assert_eq!(sound(HASHES, &twice).tenants[0].credentials.entra.len(), 2);
    let clouds = twice.replace("cloud = \"global\"", "cloud = \"own\"");
    let text = format!("{}\n[entra.cloud.own]\n", edited(HASHES, &clouds));
    assert_eq!(codes(&text), [Code::Conflict]);
}
