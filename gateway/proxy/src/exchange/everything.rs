//! `GET /?filter=…` and `POST /.search`: users and groups alike (RFC 7644 §3.4.2.1, §3.4.3).
//!
//! Each type is asked what of the filter it can answer; what it has no attribute for is settled before anybody is asked, so
//! that `meta.resourceType eq "Group"` never reads a user.

use std::collections::BTreeSet;

use json::Value;
use rules::{Refusal, Stage};
use scim::filter::{FilterError, Literal};
use scim::operation::{Endpoint, Listing};
use scim::path::PathError;
use scim::projection::Projection;
use scim::sort::{BoundSort, Sort};
use scim::{AttrPath, Filter, Path, Resource, ResourceType};

use super::query::{Asked, Part, Slice};
use super::{Answer, Exchange, Exchanges, keep};
use crate::failure::Failure;
use crate::record::Draft;
use crate::tenant::Tenant;

/// A filter, as far as it is a question for one type of resource.
#[derive(Debug, PartialEq)]
enum Narrowed {
    /// Nothing of this type matches.
    Nothing,
    /// Everything of this type does.
    Everything,
    /// It depends.
    Question(Filter),
}

/// One type of resource, and what is asked of it.
struct Side<'a> {
    exchange: Exchange<'a>,
    projection: Projection,
    narrowed: Narrowed,
}

impl Exchanges {
    /// Users first, then groups; one numbering over both.
    pub(super) async fn everything(
        &self,
        tenant: &Tenant,
        root: &str,
        listing: Listing,
        draft: &Draft,
    ) -> Result<Answer, Failure> {
        let asked = Asked::new("/", &listing)?;
        let Listing { filter, sort, page: _, view } = listing;
        let mut sides = Vec::new();
        let mut unknown: Option<BTreeSet<String>> = None;
        for endpoint in [Endpoint::Users, Endpoint::Groups] {
            let Some(exchange) = self.exchange(tenant, root, endpoint, draft) else { continue };
            let mut missing = BTreeSet::new();
            let narrowed = match &filter {
                Some(filter) => narrow(&exchange.rules.kind, filter, &mut missing).map_err(Refusal::Filter)?,
                None => Narrowed::Everything,
            };
            unknown = Some(unknown.map_or_else(|| missing.clone(), |known| &known & &missing));
            sides.push(Side { projection: exchange.projection(&view)?, exchange, narrowed });
        }
        // An attribute that one type has is no mistake; one that none has is.
        if let Some(path) = unknown.unwrap_or_default().pop_first() {
            return Err(Refusal::Filter(FilterError::Path(PathError::Unknown { path })).into());
        }
        let answer = answer(&mut sides, sort.as_ref(), &asked).await;
        for side in &sides {
            keep(&side.exchange.trace, draft);
        }
        answer
    }
}

async fn answer(sides: &mut [Side<'_>], sort: Option<&Sort>, asked: &Asked) -> Result<Answer, Failure> {
    let (total, end, resources) = match sort {
        Some(sort) => {
            let sort = bind(sides, sort)?;
            sorted(sides, &sort, asked.part).await?
        }
        None => in_turn(sides, asked.part).await?,
    };
    if let Some(last) = sides.last_mut() {
        last.exchange.trace.step(Stage::Answer, None, || format!("{total} found, {} on this page", resources.len()));
    }
    Ok(asked.answer(total, end, resources))
}

/// One type after the other: each is asked for what the ones before leave of the page.
async fn in_turn(sides: &mut [Side<'_>], part: Part) -> Result<(usize, usize, Vec<Value>), Failure> {
    let (mut total, mut behind, mut resources) = (0, part.offset, Vec::new());
    let mut room = part.count;
    for Side { exchange, projection, narrowed } in sides {
        let filter = match narrowed {
            Narrowed::Nothing => continue,
            Narrowed::Everything => None,
            Narrowed::Question(filter) => Some(&*filter),
        };
        let offset = part.offset.saturating_sub(total);
        let Slice { total: of_type, end, held } = exchange.part(filter, None, Part { offset, count: room }).await?;
        let came = end.saturating_sub(offset);
        // A target that gives less than was asked for ends the page: what comes next has its place behind the rest.
        room = if end >= of_type { room.saturating_sub(came) } else { 0 };
        total += of_type;
        behind += came;
        resources.extend(exchange.show_all(held, projection).await?);
    }
    Ok((total, behind, resources))
}

/// All types in one order: everything is read first, as much as a scan may read of each.
async fn sorted(sides: &mut [Side<'_>], sort: &BoundSort, part: Part) -> Result<(usize, usize, Vec<Value>), Failure> {
    let mut all = Vec::new();
    for (at, Side { exchange, narrowed, .. }) in sides.iter_mut().enumerate() {
        let filter = match narrowed {
            Narrowed::Nothing => continue,
            Narrowed::Everything => None,
            Narrowed::Question(filter) => Some(&*filter),
        };
        all.extend(exchange.whole(filter, None).await?.into_iter().map(|held| (at, held)));
    }
    sort.sort(&mut all, |(_, held)| &held.present.resource);
    let (total, mut resources) = (all.len(), Vec::new());
    for (at, held) in all.into_iter().skip(part.offset).take(part.count) {
        let Side { exchange, projection, .. } = &mut sides[at];
        resources.extend(exchange.show_all(vec![held], projection).await?);
    }
    Ok((total, part.offset.saturating_add(resources.len()), resources))
}

/// By an attribute that one type has; resources of another have no value, and stand where those without one stand.
fn bind(sides: &[Side<'_>], sort: &Sort) -> Result<BoundSort, Failure> {
    let mut bound = sides.iter().map(|side| side.exchange.order(sort));
    let first = bound.next().unwrap_or_else(|| Err(PathError::Unknown { path: sort.by.to_string() }));
    match first {
        Err(unknown @ PathError::Unknown { .. }) => Ok(bound.find_map(Result::ok).ok_or(unknown)?),
        first => Ok(first?),
    }
}

/// What `filter` comes to for resources of `kind`. An attribute that it does not have is one without a value (RFC 7644
/// §3.4.2.1); it is noted in `unknown`.
///
/// # Errors
/// [`FilterError`] for what means nothing to this type.
fn narrow(kind: &ResourceType, filter: &Filter, unknown: &mut BTreeSet<String>) -> Result<Narrowed, FilterError> {
    let settled = |holds: bool| if holds { Narrowed::Everything } else { Narrowed::Nothing };
    Ok(match filter {
        Filter::And(parts) => joined(kind, parts, Filter::And, [Narrowed::Nothing, Narrowed::Everything], unknown)?,
        Filter::Or(parts) => joined(kind, parts, Filter::Or, [Narrowed::Everything, Narrowed::Nothing], unknown)?,
        Filter::Not(part) => match narrow(kind, part, unknown)? {
            Narrowed::Nothing => Narrowed::Everything,
            Narrowed::Everything => Narrowed::Nothing,
            Narrowed::Question(part) => Narrowed::Question(Filter::Not(Box::new(part))),
        },
        Filter::Present(path) | Filter::Compare { path, .. } | Filter::Has { path, .. } => {
            match kind.bind(&Path { attr: path.clone(), filter: None, sub: None }) {
                Ok(bound) if bound.to_string() == RESOURCE_TYPE => settled(of_type(kind, filter)?),
                Ok(_) => Narrowed::Question(filter.clone()),
                Err(PathError::Unknown { .. }) => {
                    unknown.insert(path.to_string());
                    settled(without_value(kind, filter)?)
                }
                Err(error) => return Err(error.into()),
            }
        }
    })
}

const RESOURCE_TYPE: &str = "meta.resourceType";

/// `decides` is what one part alone decides; `rest` is what is left if no part has a say.
fn joined(
    kind: &ResourceType,
    parts: &[Filter],
    join: fn(Vec<Filter>) -> Filter,
    [decides, rest]: [Narrowed; 2],
    unknown: &mut BTreeSet<String>,
) -> Result<Narrowed, FilterError> {
    let mut questions = Vec::new();
    let mut is_settled = false;
    // Every part is looked at: a mistake in one is one whatever the others say.
    for part in parts {
        match narrow(kind, part, unknown)? {
            Narrowed::Question(part) => questions.push(part),
            settled => is_settled |= settled == decides,
        }
    }
    Ok(match questions.len() {
        _ if is_settled => decides,
        0 => rest,
        1 => Narrowed::Question(questions.remove(0)),
        _ => Narrowed::Question(join(questions)),
    })
}

/// Whether every resource of `kind` fulfils what `filter` says of `meta.resourceType`.
fn of_type(kind: &ResourceType, filter: &Filter) -> Result<bool, FilterError> {
    let mut resource = Resource::default();
    if let Ok(path) = kind.bind(&RESOURCE_TYPE.parse()?) {
        path.write(&mut resource, Some(Value::String(kind.name.clone())));
    }
    Ok(kind.bind_filter(filter)?.matches(&resource))
}

/// What one comparison comes to where there is no value: asked of an attribute that every type has, of nobody.
fn without_value(kind: &ResourceType, filter: &Filter) -> Result<bool, FilterError> {
    let Filter::Compare { op, value, .. } = filter else { return Ok(false) };
    let path = AttrPath { schema: None, name: "externalId".to_owned(), sub: None };
    let value = if *value == Literal::Null { Literal::Null } else { Literal::String(String::new()) };
    let compare = Filter::Compare { path, op: *op, value };
    Ok(kind.bind_filter(&compare)?.matches(&Resource::default()))
}
