//! Opens the data folder and hands out its files to those who may have them.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use domain::{AgentId, Customer, Price, Product, Scope};
use sqlx::migrate::Migrator;
use tokio::sync::Mutex;

use crate::{
    Accounts, AgentStore, Catalog, Config, Control, Result, SessionProof, StoreError, UnfinishedPlacement,
    agent,
    folder::{self, FolderLock},
    search::rebuild,
    sqlite::{Database, Durability},
    sync::fence,
};
use orchestrator::TaskToken;

static CONTROL: Migrator = sqlx::migrate!("migrations/control");
static CATALOG: Migrator = sqlx::migrate!("migrations/catalog");
static AGENT: Migrator = sqlx::migrate!("migrations/agent");

/// The open data folder. Clones share it; the folder is free again when the last one is dropped.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    config: Arc<Config>,
    control: Database,
    catalog: Database,
    /// Files that are open; a file is opened under this lock, so never twice.
    agents: Mutex<HashMap<AgentId, Database>>,
    _lock: FolderLock,
}

impl Store {
    /// Opens `folder` with the default limits, making it and its files if they are not there.
    ///
    /// # Errors
    /// `FolderInUse` when another process has it open; `Folder`, `Migration` or `Database` when it cannot be used.
    pub async fn open(folder: &Path) -> Result<Self> {
        Self::open_with(folder, Config::default()).await
    }

    /// As [`Store::open`], with limits of the caller's.
    pub async fn open_with(folder: &Path, config: Config) -> Result<Self> {
        folder::make(&folder.join("agents"))?;
        let lock = folder::lock(folder)?;
        let control = open_control(folder, &config).await?;
        let catalog_path = folder.join("catalog.db");
        let catalog = Database::open(&catalog_path, &CATALOG, Durability::Recoverable, &config).await?;
        rebuild::bring_up_to_date::<Product>(&catalog).await?;
        rebuild::bring_up_to_date::<Price>(&catalog).await?;
        let inner = Inner {
            folder: folder.to_owned(),
            config: Arc::new(config),
            control,
            catalog,
            agents: Mutex::default(),
            _lock: lock,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The scheduler's tables.
    pub fn control(&self) -> Control {
        Control::new(self.inner.control.clone())
    }

    /// People, sessions and sealed passwords.
    pub fn accounts(&self) -> Accounts {
        Accounts::new(self.inner.control.clone(), self.inner.config.clone())
    }

    /// Products and prices, for everybody.
    pub fn catalog(&self) -> Catalog {
        Catalog::new(self.inner.catalog.clone(), self.inner.config.clone())
    }

    /// The data of the agent who is signed in.
    pub async fn agent(&self, proof: &SessionProof) -> Result<AgentStore> {
        self.agent_store(proof.agent()).await
    }

    /// The data of the agent for whom a task runs.
    ///
    /// # Errors
    /// `WrongScope` for a token of a shared task.
    pub async fn agent_for_task(&self, token: &TaskToken) -> Result<AgentStore> {
        match token.scope() {
            Scope::Agent(agent) => self.agent_store(agent).await,
            Scope::Shared => Err(StoreError::WrongScope {
                given: "the token of a shared task".to_owned(),
                wanted: "an agent's data".to_owned(),
            }),
        }
    }

    /// Every placement the system still has to work on, of the given agents; for the chores, which ask for a
    /// task for each, at the start and from time to time.
    pub async fn unfinished_placements(&self, agents: &[AgentId]) -> Result<Vec<UnfinishedPlacement>> {
        let mut all = Vec::new();
        for agent in agents {
            all.extend(agent::unfinished(&self.agent_database(agent).await?, agent).await?);
        }
        Ok(all)
    }

    /// The highest task number that has written any data of everybody's or of these agents'. A scheduler must count on
    /// from here when its own count is lower (`control.db` was restored from an older copy), or nobody could write.
    pub async fn newest_token(&self, agents: &[AgentId]) -> Result<u64> {
        let mut newest = fence::newest(&self.inner.catalog).await?;
        for agent in agents {
            newest = newest.max(fence::newest(&self.agent_database(agent).await?).await?);
        }
        Ok(newest)
    }

    /// The file that holds a scope's synced rows.
    pub(crate) async fn database_of(&self, scope: &Scope) -> Result<Database> {
        match scope {
            Scope::Shared => Ok(self.inner.catalog.clone()),
            Scope::Agent(agent) => self.agent_database(agent).await,
        }
    }

    pub(crate) fn config(&self) -> &Arc<Config> {
        &self.inner.config
    }

    /// Waits for the running statements and closes every file, so that nothing is left to recover.
    pub async fn close(&self) {
        for database in self.inner.agents.lock().await.values() {
            database.close().await;
        }
        self.inner.catalog.close().await;
        self.inner.control.close().await;
    }

    async fn agent_store(&self, agent: &AgentId) -> Result<AgentStore> {
        let database = self.agent_database(agent).await?;
        Ok(AgentStore::new(agent.clone(), database, self.inner.config.clone()))
    }

    pub(crate) fn agents_folder(&self) -> PathBuf {
        self.inner.folder.join("agents")
    }

    pub(crate) fn agent_path(&self, agent: &AgentId) -> PathBuf {
        self.agents_folder().join(format!("{agent}.db"))
    }

    pub(crate) async fn agent_database(&self, agent: &AgentId) -> Result<Database> {
        let mut open = self.inner.agents.lock().await;
        if let Some(database) = open.get(agent) {
            return Ok(database.clone());
        }
        let path = self.agent_path(agent);
        let database = Database::open(&path, &AGENT, Durability::Full, &self.inner.config).await?;
        agent::remember_file(&database, &path).await?;
        rebuild::bring_up_to_date::<Customer>(&database).await?;
        open.insert(agent.clone(), database.clone());
        Ok(database)
    }
}

/// Opens the accounts alone, beside a server that runs on the same folder: they are read afresh for every question, so
/// a second process may change them.
pub(crate) async fn open_accounts(folder: &Path) -> Result<Accounts> {
    folder::make(folder)?;
    let config = Config::default();
    let control = open_control(folder, &config).await?;
    Ok(Accounts::new(control, Arc::new(config)))
}

async fn open_control(folder: &Path, config: &Config) -> Result<Database> {
    Database::open(&folder.join("control.db"), &CONTROL, Durability::Full, config).await
}
