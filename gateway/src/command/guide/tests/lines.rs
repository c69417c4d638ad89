//! The public guides, instruction by instruction (their own words shortened; idp-dialects §5), and the whole pages as snapshots.

use super::*;

const TELEMESSAGE: &str = "entra = [{ tid = \"7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa\" }]\nparams = { region = \"US\" }";

/// What the guide says, and ours.
const TELEMESSAGE_FOR_ENTRA: &[(&str, &[&str])] = &[
    (
        "send the tenant ID to the account manager",
        &["The operator has to know your Tenant ID", "`7c2d5a1e-1111-4a4a-9c9c-aaaaaaaaaaaa`"],
    ),
    (
        "sign in as at least an Application Administrator",
        &["Sign in to the **Microsoft Entra admin center** as at least an Application Administrator."],
    ),
    (
        "Enterprise applications, New application, Create your own application",
        &["Open **Enterprise applications** and choose **New application**, then **Create your own application**."],
    ),
    (
        "integrate any other application, Create",
        &["**Integrate any other application you don't find in the gallery (Non-gallery)**, and press **Create**."],
    ),
    (
        "Provisioning, Provisioning Mode: Automatic",
        &["Open **Provisioning** of the new application", "**Provisioning Mode**, choose **Automatic**"],
    ),
    ("Tenant URL: the same for all customers", &["**Tenant URL**: `https://scim.example.com/scim/v2`"]),
    ("Secret Token: leave it blank", &["Leave **Secret Token** blank."]),
    ("Test Connection", &["Press **Test Connection**."]),
    ("groups: disable the mapping", &["open **Provision Microsoft Entra ID Groups**, set **Enabled** to No"]),
    ("users: these seven mappings", &["open **Provision Microsoft Entra ID Users**"]),
    ("userName from mobile, matching precedence 1", &["| `userName` | Direct | `mobile` | 1 | Always |"]),
    ("active: Not([IsSoftDeleted])", &["| `active` | Expression | `Not([IsSoftDeleted])` |  | Always |"]),
    (
        "displayName: a constant, the company manager",
        &[
            "| `displayName` | Constant | the name of one of the managers",
            "The company manager to whom all users of this application belong.",
        ],
    ),
    ("emails work from mail", &["| `emails[type eq \"work\"].value` | Direct | `mail` |"]),
    (
        "name.givenName, name.familyName",
        &["| `name.givenName` | Direct | `givenName` |", "| `name.familyName` | Direct | `surname` |"],
    ),
    ("externalId from mobile", &["| `externalId` | Direct | `mobile` |"]),
    (
        "delete all other mappings",
        &[
            "Delete every other mapping.",
            "- `title`\n",
            "- `name.formatted`\n",
            "- `phoneNumbers[type eq \"mobile\"].value`\n",
        ],
    ),
    (
        "numbers in international format, digits only, without + and leading zeros",
        &[
            "country code and number, digits only, without `+` and without a zero between them, as `447700900123` and `12025550142`",
        ],
    ),
    (
        "scope: assigned users",
        &["**Sync only assigned users and groups**", "Under **Users and groups**, assign who is to be provisioned."],
    ),
    ("provision on demand", &["**Provision on demand**"]),
    ("start; a cycle each 40 minutes", &["Press **Start provisioning**.", "every 40 minutes"]),
];

#[test]
fn telemessage_for_entra() {
    let guide = markdown_of("telemessage", TELEMESSAGE, Idp::Entra);
    check(&guide, TELEMESSAGE_FOR_ENTRA);
    let (_, table) = guide.split_once("| Target attribute (customappsso) |").unwrap();
    let rows = table.lines().take_while(|line| !line.is_empty()).filter(|line| line.starts_with("| `")).count();
    assert_eq!(rows, 7, "{table}");
    insta::assert_snapshot!(guide);
}

const TELMEDIQ: &str = "scim = \"1.1\"\nhosts = [\"acme.example.com\"]\nparams = { account = \"acme\", permission_attribute = \"userType\" }\n\
    basic = [{ user = \"AC00112233445566778899aabbccddeeff\", password_hash = \"sha256:0000000000000000000000000000000000000000000000000000000000000000\" }]";

#[test]
fn telmediq_for_okta() {
    let guide = markdown_of("telmediq", TELMEDIQ, Idp::Okta);
    check(
        &guide,
        &[
            ("base URL: the sub-domain and /scim/v1/", &["**SCIM 1.1 Base Url**: `https://acme.example.com/scim/v1`"]),
            (
                "HTTP Basic, with the account id as user name",
                &["SCIM 1.1 Test App (Basic Auth)", "**Username**: `AC00112233445566778899aabbccddeeff`"],
            ),
            ("test the credentials", &["Press **Test API Credentials**."]),
            (
                "enable create, update, deactivate",
                &[
                    "| **Create Users** | Enable |",
                    "| **Update User Attributes** | Enable |",
                    "| **Deactivate Users** | Enable |",
                ],
            ),
            ("no passwords", &["| **Sync Password** | Off |"]),
            (
                "users who were provisioned are updated when they are made again",
                &["Found by `userName` and updated: nobody is made twice."],
            ),
            (
                "a user made by hand: the email is already in use",
                &["Users whom somebody made by hand in the product are not taken over", "the email is already in use"],
            ),
            ("one attribute picks the permission group", &["`userType`", "`Basic`"]),
            ("Basic or Admin", &["there is no such permission group: it is `Basic` or `Admin`"]),
            ("no groups", &["Leave **Push Groups** empty"]),
            (
                "wrong password",
                &["| `401` | the credential is not valid here | Type user name and password once more."],
            ),
        ],
    );
    insta::assert_snapshot!(guide);
}

#[test]
fn telemetrytv_for_okta() {
    let guide = markdown_of("telemetrytv", &format!("{TOKEN}\nraw_token = true"), Idp::Okta);
    check(
        &guide,
        &[
            (
                "enable the API integration and paste the API token",
                &["tick **Enable API integration**", "**API Token**: the token alone"],
            ),
            ("the base URL", &["`https://scim.example.com/scim/v2`"]),
            (
                "to the app: create, update, deactivate, password",
                &[
                    "| **Create Users** | Enable |",
                    "| **Update User Attributes** | Enable |",
                    "| **Deactivate Users** | Enable |",
                    "| **Sync Password** | Enable |",
                ],
            ),
            ("application username format: Email", &["set **Application username format**: **Email**"]),
            (
                "import users, confirm assignments",
                &["press **Import Now**", "**Confirm Assignments**", "Users and groups can be imported."],
            ),
            (
                "updates of the user name are not pushed, only of the e-mail address",
                &[
                    "`userName` cannot be changed after a user was created: a change is ignored",
                    "| Primary email | `email` |",
                ],
            ),
            (
                "push groups, find by name, memberships at once",
                &[
                    "On **Push Groups**, press **Push Groups** and find the group by its name.",
                    "**Push group memberships immediately**",
                ],
            ),
            (
                "a linked group keeps its members until they are pushed",
                &["A group that is linked keeps its members until Okta pushes its own."],
            ),
        ],
    );
    insta::assert_snapshot!(guide);
}

/// What the guide says, and ours.
const TALKDESK_FOR_OKTA: &[(&str, &[&str])] = &[
    (
        "browse the catalog: SCIM 2.0 Test App (OAuth Bearer Token)",
        &["**Browse App Catalog**", "**SCIM 2.0 Test App (OAuth Bearer Token)**", "**Add Integration**"],
    ),
    ("application username format: Email", &["set **Application username format**: **Email**"]),
    (
        "configure the API integration, enable it",
        &["press **Configure API Integration** and tick **Enable API integration**"],
    ),
    ("the base URL is of the account's region", &["**SCIM 2.0 Base Url**: `https://eu.scim.example.com/scim/v2`"]),
    ("a token is good in its region only", &["The address must be `https://eu.scim.example.com/scim/v2`"]),
    ("the token", &["**OAuth Bearer Token**: the token that the operator gave you."]),
    ("test, save", &["Press **Test API Credentials**.", "Press **Save**."]),
    (
        "create, update, deactivate; no passwords",
        &[
            "| **Create Users** | Enable |",
            "| **Update User Attributes** | Enable |",
            "| **Deactivate Users** | Enable |",
            "| **Sync Password** | Off |",
        ],
    ),
    ("only supported fields in the mappings; remove the others", &["Unmap the others", "`honorificPrefix`"]),
    (
        "add rolesString",
        &[
            "| string | Roles string | `rolesString` | `rolesString` | `urn:ietf:params:scim:schemas:extension:talkdesk:2.0:User` |",
        ],
    ),
    (
        "add teamsString",
        &[
            "| string | Teams string | `teamsString` | `teamsString` | `urn:ietf:params:scim:schemas:extension:talkdesk:2.0:User` |",
        ],
    ),
    (
        "externalId by an expression, under another variable name",
        &[
            "| string | External id | `scim_externalId` | `externalId` | `urn:ietf:params:scim:schemas:core:2.0:User` | `user.getInternalProperty(\"id\")` |",
        ],
    ),
    (
        "userName, givenName and familyName are mandatory",
        &["Without `userName`, `name.givenName` and `name.familyName` a user is refused."],
    ),
    (
        "role and team must exist",
        &[
            "Each one of the names among the roles of your account",
            "Each one of the names among the teams of your account",
        ],
    ),
    (
        "default role Agent, no team, active; at creation only",
        &[
            "If nothing is sent when the user is created: `Agent`.",
            "If nothing is sent when the user is created: none.",
            "An update without it changes nothing.",
        ],
    ),
    ("unsupported attributes are ignored", &["Attributes that are not in the mapping are ignored"]),
];

#[test]
fn talkdesk_for_okta() {
    let lines = format!("{TOKEN}\nhosts = [\"eu.scim.example.com\"]\nparams = {{ region = \"eu\" }}");
    let guide = markdown_of("talkdesk", &lines, Idp::Okta);
    check(&guide, TALKDESK_FOR_OKTA);
    insta::assert_snapshot!(guide);
}

#[test]
fn talkdesk_refuses_what_it_has_no_place_for_if_it_is_told_to() {
    let lines = format!("{TOKEN}\nparams = {{ region = \"eu\", reject_unsupported = true }}");
    let guide = markdown_of("talkdesk", &lines, Idp::Okta);
    check(
        &guide,
        &[(
            "refused",
            &["Attributes that are not in the mapping are refused", "Take the attribute out of the mapping"],
        )],
    );
}

const ITMC: &str = "issued_tokens = true\nparams = { saml = true }";

#[test]
fn itmc_for_entra() {
    let guide = markdown_of("itmc", ITMC, Idp::Entra);
    check(
        &guide,
        &[
            ("SAML must be on", &["SCIM needs SAML", "Met at present"]),
            (
                "one secret token; a new one expires the old",
                &["There is one: as soon as a new one is issued, the old one expires."],
            ),
            ("no need to store the token", &["It need not be stored anywhere else"]),
            ("automatic mode", &["choose **Automatic**"]),
            (
                "tenant URL and secret token",
                &["**Tenant URL**: `https://scim.example.com/scim/v2`", "into **Secret Token**"],
            ),
            (
                "deactivate provisioning of groups",
                &["open **Provision Microsoft Entra ID Groups**, set **Enabled** to No"],
            ),
            (
                "matching precedence of userPrincipalName is 1",
                &["| `userName` | Direct | `userPrincipalName` | 1 | Always |"],
            ),
            (
                "create, update, disable, reactivate, delete",
                &["**Create**, **Update** and **Delete**", "can be enabled again"],
            ),
        ],
    );
    insta::assert_snapshot!(guide);
}

#[test]
fn itmc_before_saml_is_on() {
    let guide = markdown_of("itmc", "issued_tokens = true", Idp::Entra);
    check(
        &guide,
        &[(
            "SAML must be on",
            &[
                "Not met yet; until it is, every request is refused with 403 and this text: SCIM needs SAML",
                "| `403` | SCIM needs SAML",
            ],
        )],
    );
}

#[test]
fn itmc_for_okta() {
    let guide = markdown_of("itmc", ITMC, Idp::Okta);
    check(
        &guide,
        &[
            (
                "open the application that was made for SAML",
                &["An application that you have for SAML sign-on will do as well"],
            ),
            ("connector base URL", &["| **SCIM connector base URL** | `https://scim.example.com/scim/v2` |"]),
            ("unique identifier userName", &["| **Unique identifier field for users** | `userName` |"]),
            ("HTTP Header", &["| **Authentication Mode** | **HTTP Header**"]),
            (
                "push new users and updates, no groups",
                &[
                    "**Push New Users** and **Push Profile Updates**; leave the others off",
                    "Leave **Push Groups** empty",
                ],
            ),
            (
                "test the connector; groups may fail",
                &["Press **Test Connector Configuration**", "Those of groups may fail"],
            ),
            (
                "create, update, deactivate",
                &[
                    "| **Create Users** | Enable |",
                    "| **Update User Attributes** | Enable |",
                    "| **Deactivate Users** | Enable |",
                ],
            ),
            ("delete arrives as disable", &["Okta never deletes users: who is unassigned is disabled."]),
        ],
    );
    assert!(!guide.contains("**Push Groups**, ") && !guide.contains("**Import Groups**"), "{guide}");
    insta::assert_snapshot!(guide);
}

#[test]
fn itmc_for_onelogin() {
    let guide = markdown_of("itmc", ITMC, Idp::Onelogin);
    check(
        &guide,
        &[
            ("SCIM provisioner with SAML", &["SCIM Provisioner with SAML (SCIM v2 Enterprise)"]),
            (
                "base URL, template, token",
                &[
                    "**SCIM Base URL**: `https://scim.example.com/scim/v2`",
                    "## SCIM JSON template",
                    "**SCIM Bearer Token**",
                ],
            ),
            ("enable", &["Press **Enable** at **API Connection**"]),
            (
                "the template",
                &[
                    "\"userName\": \"{$parameters.scimusername}\"",
                    "\"givenName\": \"{$user.firstname}\"",
                    "\"active\": \"{$user.active}\"",
                ],
            ),
            (
                "enable provisioning; what a deletion does",
                &["tick **Enable provisioning**", "**Suspend**", "**Delete** removes the user from the product."],
            ),
        ],
    );
    insta::assert_snapshot!(guide);
}
