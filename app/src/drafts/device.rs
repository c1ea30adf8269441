//! Keeps drafts on the device, in IndexedDB, one database per agent.
//!
//! Where the browser refuses storage (a private window) drafts live in memory and on the server only.

#[cfg(feature = "hydrate")]
pub(super) use real::Device;

#[cfg(not(feature = "hydrate"))]
pub(super) use absent::Device;

#[cfg(feature = "hydrate")]
mod real {
    use domain::{AgentId, DraftId};
    use rexie::{ObjectStore, Rexie, TransactionMode};
    use wasm_bindgen::JsValue;

    use crate::drafts::KeptDraft;

    const DRAFTS: &str = "drafts";
    /// Rises when the stores change; IndexedDB then asks for an upgrade.
    const SCHEMA_VERSION: u32 = 1;

    /// The drafts of one agent on this device.
    pub(in crate::drafts) struct Device {
        database: Rexie,
    }

    impl Device {
        pub(in crate::drafts) async fn open(agent: &AgentId) -> Option<Self> {
            let opening = Rexie::builder(&format!("archibald-{agent}"))
                .version(SCHEMA_VERSION)
                .add_object_store(ObjectStore::new(DRAFTS))
                .build();
            match opening.await {
                Ok(database) => Some(Self { database }),
                Err(error) => {
                    leptos::logging::warn!("drafts cannot be kept on this device: {error}");
                    None
                }
            }
        }

        pub(in crate::drafts) async fn all(&self) -> rexie::Result<Vec<KeptDraft>> {
            let transaction = self.database.transaction(&[DRAFTS], TransactionMode::ReadOnly)?;
            let records = transaction.store(DRAFTS)?.get_all(None, None).await?;
            let read = |record: JsValue| serde_json::from_str(&record.as_string()?).ok();
            Ok(records.into_iter().filter_map(read).collect())
        }

        /// Keeps the record of this draft, or removes it when there is none.
        pub(in crate::drafts) async fn keep(
            &self,
            id: DraftId,
            record: Option<&KeptDraft>,
        ) -> rexie::Result<()> {
            let transaction = self.database.transaction(&[DRAFTS], TransactionMode::ReadWrite)?;
            let store = transaction.store(DRAFTS)?;
            let key = JsValue::from_str(&id.to_string());
            match record.and_then(|record| serde_json::to_string(record).ok()) {
                Some(text) => {
                    store.put(&JsValue::from_str(&text), Some(&key)).await?;
                }
                None => store.delete(key).await?,
            }
            transaction.done().await?;
            Ok(())
        }
    }
}

#[cfg(not(feature = "hydrate"))]
#[allow(clippy::unused_async, reason = "the ones in the browser wait")]
mod absent {
    use std::convert::Infallible;

    use domain::{AgentId, DraftId};

    use crate::drafts::KeptDraft;

    /// The server has no device.
    pub(in crate::drafts) struct Device(Infallible);

    impl Device {
        pub(in crate::drafts) async fn open(_agent: &AgentId) -> Option<Self> {
            None
        }

        pub(in crate::drafts) async fn all(&self) -> Result<Vec<KeptDraft>, Infallible> {
            match self.0 {}
        }

        pub(in crate::drafts) async fn keep(
            &self,
            _id: DraftId,
            _record: Option<&KeptDraft>,
        ) -> Result<(), Infallible> {
            match self.0 {}
        }
    }
}
