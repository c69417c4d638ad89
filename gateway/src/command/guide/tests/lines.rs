//! The public guides, instruction by instruction (their own words shortened; idp-dialects §5), and the whole pages as snapshots.

use super::*;

const TELEMESSAGE: &str =
    "entra = [{ tid = \"7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa\" }]\nparams = { region = \"US\" }";

#[test]
fn telemessage_for_entra() {
    let guide = markdown_of("telemessage", TELEMESSAGE, Idp::Entra);
    check(&guide, &[
        ("send the tenant ID to the account manager", &["The operator has to know your Tenant ID", "`7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa`"]),
        ("sign in as at least an Application Administrator", &["Sign in to the **Microsoft Entra admin center** as at least an Application Administrator."]),
        ("Enterprise applications, New application, Create your own application", &["Open **Enterprise applications** and choose **New application**, then **Create your own application**."]),
        ("integrate any other application, Create", &["**Integrate any other application you don't find in the gallery (Non-gallery)**, and press **Create**."]),
        ("Provisioning, Provisioning Mode: Automatic", &["Open **Provisioning** of the new application", "**Provisioning Mode**, choose **Automatic**"]),
        ("Tenant URL: the same for all customers", &["**Tenant URL**: `https://scim.example.com/scim/v2`"]),
        ("Secret Token: leave it blank", &["Leave **Secret Token** blank."]),
        ("Test Connection", &["Press **Test Connection**."]),
        ("groups: disable the mapping", &["open **Provision Microsoft Entra ID Groups**, set **Enabled** to No"]),
        ("users: these seven mappings", &["open **Provision Microsoft Entra ID Users**"]),
        ("userName from mobile, matching precedence 1", &["| `userName` | Direct | `mobile` | 1 | Always |"]),
        ("active: Not([IsSoftDeleted])", &["| `active` | Expression | `Not([IsSoftDeleted])` |  | Always |"]),
        ("displayName: a constant, the company manager", &["| `displayName` | Constant | the name of one of the managers", "The company manager to whom all users of this application belong."]),
        ("emails work from mail", &["| `emails[type eq \"work\"].value` | Direct | `mail` |"]),
        ("name.givenName, name.familyName", &["| `name.givenName` | Direct | `givenName` |", "| `name.familyName` | Direct | `surname` |"]),
        ("externalId from mobile", &["| `externalId` | Direct | `mobile` |"]),
        ("delete all other mappings", &["Delete every other mapping.", "- `title`\n", "- `name.formatted`\n", "- `phoneNumbers[type eq \"mobile\"].value`\n"]),
        ("numbers in international format, digits only, without + and leading zeros", &["country code and number, digits only, without `+` and without a zero between them, as `447700900123` and `12025550142`"]),
        ("scope: assigned users", &["**Sync only assigned users and groups**", "Under **Users and groups**, assign who is to be provisioned."]),
        ("provision on demand", &["**Provision on demand**"]),
        ("start; a cycle each 40 minutes", &["Press **Start provisioning**.", "every 40 minutes"]),
    ]);
    let (_, table) = guide.split_once("| Target attribute (customappsso) |").unwrap();
    let rows = table.lines().take_while(|line| !line.is_empty()).filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, 7, "{table}");
    insta::assert_snapshot!(guide);
}
