//! How a customer's IdP gets in: the address and the credential, for each kind of both.

use super::*;

const BASIC: &str = "basic = [{ user = \"AC0123\", password_hash = \"sha256:0000000000000000000000000000000000000000000000000000000000000000\" }]";
const ENTRA: &str = "entra = [{ tid = \"7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa\" }]";

#[test]
fn the_address_is_that_of_the_customer_and_of_its_protocol() {
    for (lines, url) in [
        ("", "https://scim.example.com/scim/v2"),
        ("scim = \"1.1\"", "https://scim.example.com/scim/v1"),
        ("hosts = [\"acme.example.com\"]", "https://acme.example.com/scim/v2"),
    ] {
        let guide = markdown_of("directory", &format!("{TOKEN}\n{lines}"), Idp::Okta);
        assert!(guide.contains(&format!("Base Url**: `{url}`\n")), "{lines}\n{guide}");
    }
}

#[test]
fn what_an_idp_presents_is_said_and_never_the_secret() {
    for (idp, lines, said) in [
        (Idp::Entra, ENTRA, "Leave **Secret Token** blank."),
        (Idp::Entra, TOKEN, "Paste the secret token that the operator gave you into **Secret Token**."),
        (Idp::Entra, "issued_tokens = true", "as soon as a new one is issued, the old one expires."),
        (Idp::Okta, TOKEN, "SCIM 2.0 Test App (OAuth Bearer Token)"),
        (Idp::Okta, &format!("{TOKEN}\nraw_token = true"), "SCIM 2.0 Test App (Header Auth)"),
        (Idp::Okta, BASIC, "**Username**: `AC0123`. **Password**: the one that the operator gave you."),
        (Idp::Okta, &format!("{BASIC}\nscim = \"1.1\""), "SCIM 1.1 Test App (Basic Auth)"),
        (Idp::Onelogin, TOKEN, "**SCIM Bearer Token**: the token that the operator gave you"),
    ] {
        let guide = markdown_of("directory", lines, idp);
        assert!(guide.contains(said), "{lines}\n{guide}");
        assert!(!guide.contains("s3cret") && !guide.contains("sha256:") && !guide.contains("00000000000"), "{guide}");
    }
}

#[test]
fn an_idp_that_could_not_get_in_has_no_guide() {
    for (idp, lines, why) in [
        (Idp::Entra, BASIC, "the tenant has no credential that Entra ID can present"),
        (Idp::Okta, ENTRA, "the tenant has no credential that Okta can present"),
        (Idp::Onelogin, BASIC, "the tenant has no credential that OneLogin can present"),
        (Idp::Entra, &format!("{TOKEN}\nscim = \"1.1\""), "Entra ID speaks SCIM 2.0 only"),
    ] {
        let message = guide(&config("directory", lines), "acme", idp, GuideFormat::Markdown).unwrap_err();
        assert!(message.contains(why), "{message}");
    }
    let message = guide(&config("directory", TOKEN), "birch", Idp::Okta, GuideFormat::Markdown).unwrap_err();
    assert_eq!(message, "there is no tenant `birch`; there is `acme`");
}

#[test]
fn html_is_one_whole_file() {
    for idp in [Idp::Entra, Idp::Okta, Idp::Onelogin] {
        let html = guide(&config("directory", TOKEN), "acme", idp, GuideFormat::Html).unwrap();
        assert!(html.starts_with("<!doctype html>") && html.contains("<style>") && html.contains("@media print"));
        assert!(!html.contains("<script") && !html.contains("src=") && !html.contains("href="), "{html}");
        let headings = html.matches("<h2>").count();
        let markdown = guide(&config("directory", TOKEN), "acme", idp, GuideFormat::Markdown).unwrap();
        assert_eq!(headings, markdown.matches("\n## ").count());
    }
}
