//! Remembers everything: SQLite files, their migrations, and every SQL statement of the product.
//!
//! Three kinds of file (README.md, "Where data lives"): `control.db` for people and scheduling, `catalog.db` for
//! what all agents share, and one file per agent. An agent's file opens only through a [`SessionProof`], which only a
//! verified session gives, or a task token, which only a claim gives; so a query for another agent does not compile.
//! Synced rows are written only with a task token, and each file remembers the highest number that has written each
//! kind of data, so a task that was overtaken changes nothing.
//!
//! The numbers of migrations may have gaps; one that was applied is never edited, comments included, because its checksum
//! is stored.
//!
//! Caveats: one process at a time owns the folder (an exclusive lock says so); times come from the caller, the store
//! reads no clock.

mod config;
mod error;
mod files;
mod folder;
mod restored;
mod search;

#[cfg(test)]
mod samples;

pub mod accounts;
pub mod agent;
pub mod catalog;
pub mod control;
pub mod sqlite;
pub mod sync;

pub use accounts::{
    Accounts, Agent, NewSession, RefreshOutcome, RefreshTokenHash, SealedCredentials, SessionId, SessionProof,
};
pub use agent::{
    AgentStore, Attention, DeleteOutcome, Resolution, SaveOutcome, SubmitOutcome, TypingStep,
    UnfinishedPlacement,
};
pub use catalog::Catalog;
pub use config::Config;
pub use control::Control;
pub use error::{Result, StoreError};
pub use files::Store;
pub use sync::{LastPass, PageOutcome, Pass, PassOutcome, Synced};
