//! `scimgate guide`: the integration guide for one customer's admin, made from the profile, the tenant and the configuration.
//!
//! Shows no secret: it says who hands over what. Asks nobody, and says nothing that the gateway does not do.

mod page;

mod html;
mod markdown;

mod attribute;
mod customer;
mod section;
mod trouble;

mod entra;
mod okta;
mod onelogin;

use std::path::Path;

use super::{Exit, complain, print};
use crate::cli::{self, GuideFormat, Idp};
use crate::config::{Config, TenantConfig};

use self::customer::Customer;
use self::page::{Page, code, plain};

/// Writes the guide.
#[must_use]
pub fn run(options: &cli::Guide) -> Exit {
    let config = match Config::load_for_reading(&options.config) {
        Ok(config) => config,
        Err(problems) => {
            complain(problems.to_string().trim_end());
            return Exit::Unusable;
        }
    };
    let text = match guide(&config, &options.tenant, options.idp, options.format) {
        Ok(text) => text,
        Err(message) => {
            complain(&message);
            return Exit::Unusable;
        }
    };
    match &options.output {
        None => print(text.trim_end()),
        Some(file) => return written(file, &text),
    }
    Exit::Fine
}

fn written(file: &Path, text: &str) -> Exit {
    match std::fs::write(file, text) {
        Ok(()) => Exit::Fine,
        Err(error) => {
            complain(&format!("`{}` cannot be written: {error}", file.display()));
            Exit::Failed
        }
    }
}

/// The guide as text.
///
/// # Errors
/// That there is no such tenant, or that it does not fit the IdP.
fn guide(config: &Config, tenant: &str, idp: Idp, format: GuideFormat) -> Result<String, String> {
    let tenant = tenant_of(config, tenant)?;
    let page = page(&Customer::new(config, tenant, idp)?, idp);
    match format {
        GuideFormat::Markdown => Ok(markdown::markdown(&page)),
        GuideFormat::Html => html::html(&page).map_err(|error| format!("the page cannot be made: {error}")),
    }
}

fn tenant_of<'c>(config: &'c Config, id: &str) -> Result<&'c TenantConfig, String> {
    config.tenants.iter().find(|tenant| tenant.id.as_str() == id).ok_or_else(|| {
        let ids: Vec<String> = config.tenants.iter().take(20).map(|tenant| format!("`{}`", tenant.id)).collect();
        format!("there is no tenant `{id}`; there is {}", ids.join(", "))
    })
}

fn page(customer: &Customer<'_>, idp: Idp) -> Page {
    let name = match idp {
        Idp::Entra => "Microsoft Entra ID",
        Idp::Okta => "Okta",
        Idp::Onelogin => "OneLogin",
    };
    let mut page = Page::new(format!("Guide for {name}: {}", plain(&customer.profile.title)));
    page.text(format!(
        "How to let {name} make, change and disable the users of this product. The address that it calls is {}.",
        code(&customer.url)
    ));
    section::provisioned(&mut page, customer, idp);
    section::before(&mut page, customer, idp);
    match idp {
        Idp::Entra => {
            entra::connect(&mut page, customer);
            entra::mapping(&mut page, customer);
            entra::groups(&mut page, customer);
            entra::start(&mut page);
        }
        Idp::Okta => {
            okta::connect(&mut page, customer);
            okta::actions(&mut page, customer);
            okta::mapping(&mut page, customer);
            okta::groups(&mut page, customer);
            okta::start(&mut page, customer);
        }
        Idp::Onelogin => {
            onelogin::connect(&mut page, customer);
            onelogin::mapping(&mut page, customer);
            onelogin::actions(&mut page, customer);
            onelogin::groups(&mut page, customer);
            onelogin::start(&mut page, customer);
        }
    }
    section::values(&mut page, customer);
    section::limits(&mut page, customer, idp);
    trouble::trouble(&mut page, customer, idp);
    page
}

#[cfg(test)]
mod tests;
