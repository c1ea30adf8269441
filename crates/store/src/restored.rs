//! Recognises data that were brought back from an older copy, and doubts what they say of orders on their way.
//!
//! An agent's file remembers which file of the disk it is. A copy put in its place is another, so restoring by copying,
//! by `tar` or by `rsync` is noticed at the next start. What keeps the file (a copy written over it, a snapshot of the
//! whole disk) cannot be noticed from inside: then an administrator says so (`server restored`). Doubting too much costs
//! a search in the ERP for each order that was on its way; doubting too little may cost a second order.

use domain::{AgentId, Timestamp};

use crate::{Result, Store, StoreError, agent};

impl Store {
    /// Looks at every agent's file; where it is a copy, or `all` says that they all are, its placements become doubtful.
    /// Answers whose files, and how many placements were on their way in each. Also lets the scheduler's token count on
    /// from the newest number that any file has seen, or nobody could write.
    ///
    /// # Errors
    /// When a file cannot be opened.
    pub async fn doubt_restored(&self, all: bool, now: Timestamp) -> Result<Vec<(AgentId, u64)>> {
        let agents = self.agents_with_files()?;
        let mut doubted = Vec::new();
        for agent in &agents {
            let database = self.agent_database(agent).await?;
            let path = self.agent_path(agent);
            if agent::is_a_copy(&database, &path).await? || all {
                doubted.push((agent.clone(), agent::restored(&database, &path, now).await?));
            }
        }
        let newest = self.newest_token(&agents).await?;
        self.control().count_tokens_from(newest).await?;
        Ok(doubted)
    }

    /// The agents who have a file.
    fn agents_with_files(&self) -> Result<Vec<AgentId>> {
        let folder = self.agents_folder();
        let unreadable = |source| StoreError::Folder { path: folder.clone(), source };
        let mut agents = Vec::new();
        for entry in std::fs::read_dir(&folder).map_err(unreadable)? {
            let name = entry.map_err(unreadable)?.file_name();
            let agent = name.to_str().and_then(|name| name.strip_suffix(".db"));
            agents.extend(agent.and_then(|agent| agent.parse::<AgentId>().ok()));
        }
        agents.sort_unstable();
        Ok(agents)
    }
}
