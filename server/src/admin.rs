//! Does what an administrator asks for on the command line, also while the server runs.

use anyhow::{Result, bail};
use domain::AgentId;
use store::{
    Store,
    accounts::{Accounts, Agent},
};

use crate::{
    clock::now,
    config::{Config, SETTINGS},
};

/// Prints every setting.
pub fn list_settings() {
    for setting in SETTINGS {
        let default = if setting.default.is_empty() { "(none)" } else { setting.default };
        println!("{} = {default}\n    {}", setting.name, setting.reason);
    }
}

/// Lets an account sign in.
pub fn add_agent(config: &Config, agent: &AgentId, admin: bool) -> Result<()> {
    let row = Agent { id: agent.clone(), admin };
    with_accounts(config, async move |accounts| accounts.allow(&row, now()).await)?;
    println!("{agent} may sign in{}", if admin { ", as administrator" } else { "" });
    Ok(())
}

/// Lets an account sign in no longer.
pub fn remove_agent(config: &Config, agent: &AgentId) -> Result<()> {
    if config.allowed().any(|(listed, _)| listed == agent) {
        bail!(
            "{agent} stands in the settings agents or admins; take it out there too, else the next start lets it in again"
        );
    }
    let id = agent.clone();
    if !with_accounts(config, async move |accounts| accounts.disallow(&id).await)? {
        bail!("{agent} is not on the list");
    }
    println!("{agent} may sign in no longer; sessions are ended and the ERP password is forgotten");
    Ok(())
}

/// Lists the accounts that may sign in.
pub fn list_agents(config: &Config) -> Result<()> {
    for agent in with_accounts(config, async |accounts| accounts.agents().await)? {
        println!("{}{}", agent.id, if agent.admin { " (administrator)" } else { "" });
    }
    for (agent, admin) in config.allowed() {
        println!("{agent}{} by configuration", if admin { " (administrator)" } else { "" });
    }
    Ok(())
}

/// Doubts what the data say of orders on their way, because they are older than the ERP.
pub fn restored(config: &Config) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let store = Store::open_with(&config.data, config.store()).await?;
        for (agent, doubted) in store.doubt_restored(true, now()).await? {
            println!(
                "{agent}: {doubted} orders on their way are searched in Archibald before anything is typed"
            );
        }
        store.close().await;
        Ok(())
    })
}

fn with_accounts<T>(config: &Config, act: impl AsyncFnOnce(Accounts) -> store::Result<T>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { Ok(act(Accounts::open_beside(&config.data).await?).await?) })
}
