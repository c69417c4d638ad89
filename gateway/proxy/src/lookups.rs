//! Look-up tables of all tenants, cached for a minute; one reader at a time for each.

use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;
use rules::LookupTable;
use store::TenantId;

use crate::clock::Clock;
use crate::exchange::LOOKUP_TIME_MAX;
use crate::failure::TargetError;

/// Most tables kept at once, of all tenants.
const TABLES_MAX: u64 = 10_000;

/// A table this young is not read again because a name is missing from it: unknown names in a loop must not hammer the target.
const FRESH: Duration = Duration::from_secs(2);

/// The cached tables.
pub(crate) struct Lookups {
    tables: Cache<(TenantId, String), Entry>,
    clock: Arc<dyn Clock>,
}

#[derive(Clone)]
struct Entry {
    table: Arc<LookupTable>,
    read_at: Duration,
}

impl Lookups {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let tables = Cache::builder().max_capacity(TABLES_MAX).time_to_live(LOOKUP_TIME_MAX).build();
        Self { tables, clock }
    }

    /// The table, read by `read` if it is not at hand. Everybody who asks meanwhile waits for the same reading.
    pub(crate) async fn table(
        &self,
        tenant: &TenantId,
        name: &str,
        read: impl Future<Output = Result<Arc<LookupTable>, TargetError>>,
    ) -> Result<Arc<LookupTable>, TargetError> {
        let reading = async { Ok(Entry { table: read.await?, read_at: self.clock.elapsed() }) };
        let entry = self.tables.try_get_with((tenant.clone(), name.to_owned()), reading).await;
        entry.map(|entry| entry.table).map_err(|error: Arc<TargetError>| TargetError::clone(&error))
    }

    /// Drops the table, unless it was read just now.
    pub(crate) async fn expire(&self, tenant: &TenantId, name: &str) {
        let key = (tenant.clone(), name.to_owned());
        let old = match self.tables.get(&key).await {
            Some(entry) => self.clock.elapsed().saturating_sub(entry.read_at) >= FRESH,
            None => false,
        };
        if old {
            self.tables.invalidate(&key).await;
        }
    }
}
