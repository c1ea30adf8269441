//! Says how a job ended in the conductor's words, and logs what went wrong, once.

use domain::ErrorKind;
use erp::ErpError;
use store::StoreError;

use super::Workers;
use crate::{
    clock::now,
    conductor::{Job, Outcome},
    problems::chain,
};

impl Workers {
    /// The end of a job that the ERP has failed.
    pub(super) fn erp_failed(&self, job: &Job, error: &ErpError) -> Outcome {
        let Some(kind) = error.kind() else { return Outcome::Yielded };
        let (work, login) = (job.work, &job.login);
        let mut message = error.to_string();
        if let ErpError::ScreenChanged { screen, snapshot, .. } = error {
            let kept = self.screenshots.keep(screen, snapshot, now());
            if let Some(name) = &kept {
                message = format!("{message} (screenshot {name})");
            }
            tracing::error!(%work, %login, %error, screenshot = kept, page = %snapshot.path, title = %snapshot.title, "an unexpected screen");
        } else {
            tracing::warn!(%work, %login, %error, "the ERP failed a job");
        }
        Outcome::Failed { kind, message }
    }

    /// The end of a job whose login cannot be used.
    pub(super) fn no_login(job: &Job, error: &anyhow::Error) -> Outcome {
        tracing::warn!(work = %job.work, login = %job.login, error = %format!("{error:#}"), "a login cannot be used");
        Outcome::Failed { kind: ErrorKind::WrongPassword, message: format!("{error:#}") }
    }

    /// The end of a job that the store has refused: overtaken, or a fault of ours.
    pub(super) fn store_failed(job: &Job, error: &StoreError) -> Outcome {
        let (work, login) = (job.work, &job.login);
        match error {
            StoreError::Fenced { .. } | StoreError::PassReplaced { .. } => {
                tracing::info!(%work, %login, %error, "a job was overtaken");
                Outcome::Yielded
            }
            StoreError::WrongScope { .. }
            | StoreError::Conflict { .. }
            | StoreError::IllegalTransition { .. }
            | StoreError::PageOutOfOrder { .. }
            | StoreError::NotFound { .. }
            | StoreError::InvalidCursor
            | StoreError::MarkerTaken { .. }
            | StoreError::NumberTaken { .. }
            | StoreError::FolderInUse { .. }
            | StoreError::Folder { .. }
            | StoreError::Unreadable { .. }
            | StoreError::Migration { .. }
            | StoreError::Database(_) => {
                tracing::error!(%work, %login, error = %chain(error), "the store failed a job");
                Outcome::Failed { kind: ErrorKind::Internal, message: error.to_string() }
            }
        }
    }
}
