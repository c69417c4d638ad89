//! `GET /Users`: by filter, or a page of all.

use rules::Stage;
use rules::planner::Window;
use rules::profile::ListRule;
use rules::search::{Candidates, SCAN_ROWS_MAX};
use scim::Filter;
use scim::list::{Position, Start, list_response};
use scim::operation::Listing;
use serde_json::Value;

use super::held::{Held, fault};
use super::{Answer, Exchange};
use crate::failure::Failure;

impl<'a> Exchange<'a> {
    pub(super) async fn query(&mut self, listing: Listing) -> Result<Answer, Failure> {
        let Listing { filter, sort: _, page, view } = listing;
        let projection = self.projection(&view)?;
        let start_index = match page.start {
            Start::Index(index) => index,
            Start::Cursor(_) => todo!(),
        };
        let (total, held) = match filter {
            Some(filter) => {
                let found = self.find(&filter).await?;
                (found.len(), on_page(found, start_index, page.count))
            }
            None => self.page(start_index, page.count).await?,
        };
        self.trace.step(Stage::Answer, None, || format!("{total} found, {} on this page", held.len()));
        let resources = held.into_iter().map(|held| self.show(held, &projection)).collect();
        Ok(Answer::ok(list_response(total, &Position::Index(start_index), resources)))
    }

    /// Everything that fulfils the filter.
    pub(super) async fn find(&mut self, filter: &Filter) -> Result<Vec<Held>, Failure> {
        let search = self.rules.search(&self.tenant.params, filter, &mut self.trace)?;
        self.search(search).await
    }

    /// Everything that a planned search yields: candidates first, then the whole filter on each (trap 3).
    pub(super) async fn search(&mut self, search: rules::Search) -> Result<Vec<Held>, Failure> {
        if search.candidates == Candidates::None {
            return Ok(Vec::new());
        }
        let mut held = match search.candidates {
            Candidates::None => Vec::new(),
            Candidates::ById(id) => self.held(&id).await?.into_iter().collect(),
            Candidates::Find { find, call } => {
                // A target may say 404 for «nobody found»; to an IdP a search that finds nothing is an empty list.
                let rows = match self.call(&call).await? {
                    Some(body) => self.rules.find_rows(find, body).map_err(fault)?,
                    None => Vec::new(),
                };
                self.hold(rows).await?
            }
            Candidates::Any(_) | Candidates::GroupsOf(_) => todo!(),
            Candidates::Kept { attribute, value } => self.kept(&attribute, &value).await?,
            Candidates::Scan => {
                let rows = self.walk().await?;
                self.hold(rows).await?
            }
        };
        held.retain(|held| search.filter.matches(&held.present.resource));
        Ok(held)
    }

    /// Those whose kept attribute has this value: the store knows the ids, the target has the rest.
    async fn kept(&mut self, attribute: &str, value: &Value) -> Result<Vec<Held>, Failure> {
        let ids = self.house.parts.store.find_kept(self.scope(), attribute, value).await?;
        let mut held = Vec::with_capacity(ids.len());
        for id in ids {
            held.extend(self.held(&id).await?);
        }
        Ok(held)
    }

    /// One page of all. A target that counts is asked for just that page, another is walked.
    async fn page(&mut self, start_index: usize, count: usize) -> Result<(usize, Vec<Held>), Failure> {
        let list = self.list()?;
        let offset = start_index - 1;
        let (total, rows) = if list.paging.paged && list.paging.total.is_some() {
            // One row is asked for even if none is wanted: the answer has the total.
            let window = Window { offset, limit: count.max(1) };
            let given = list.window(window);
            let (rows, total) = self.rows(window).await?;
            let wanted = rows.into_iter().skip(offset - given.offset).take(count).collect();
            (total.unwrap_or(0), wanted)
        } else {
            let rows = self.walk().await?;
            (rows.len(), rows.into_iter().skip(offset).take(count).collect())
        };
        Ok((total, self.hold(rows).await?))
    }

    /// Reads all rows, page by page, up to [`SCAN_ROWS_MAX`].
    async fn walk(&mut self) -> Result<Vec<Value>, Failure> {
        let list = self.list()?;
        let mut all = Vec::new();
        loop {
            let window = list.window(Window { offset: all.len(), limit: list.paging.page_rows_max });
            let (rows, total) = self.rows(window).await?;
            let came = rows.len();
            all.extend(rows);
            if all.len() > SCAN_ROWS_MAX {
                return Err(self.too_many());
            }
            let done = came == 0 || total.map_or(came < window.limit, |total| all.len() >= total);
            if done || !list.paging.paged {
                return Ok(all);
            }
        }
    }

    async fn rows(&mut self, window: Window) -> Result<(Vec<Value>, Option<usize>), Failure> {
        let call = self.rules.list_call(&self.tenant.params, window)?;
        let Some(body) = self.call(&call).await? else { return Ok((Vec::new(), None)) };
        let rows = self.rules.list_rows(body).map_err(fault)?;
        Ok((rows.rows, rows.total))
    }

    fn list(&self) -> Result<&'a ListRule, Failure> {
        self.rules.list.as_ref().ok_or_else(|| rules::Refusal::Unsupported { what: "list users" }.into())
    }

    fn too_many(&self) -> Failure {
        let searchable: Vec<&str> = self
            .rules
            .find
            .iter()
            .filter_map(|find| self.rules.map.get(find.by))
            .map(|map| map.name.as_str())
            .collect();
        Failure::TooMany { rows_max: SCAN_ROWS_MAX, searchable: searchable.join(", ") }
    }
}

fn on_page(found: Vec<Held>, start_index: usize, count: usize) -> Vec<Held> {
    found.into_iter().skip(start_index - 1).take(count).collect()
}
