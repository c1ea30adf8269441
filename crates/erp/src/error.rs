//! Sorts what can go wrong with the ERP by what the caller can do about it.

use domain::ErrorKind;

use crate::export::BadExport;

/// Why a piece of work in the ERP ended without its result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErpError {
    /// The ERP does not answer in time, or with a server error: retry later.
    #[error("the ERP does not answer: {what}")]
    Unreachable {
        /// What was waited for.
        what: String,
    },
    /// The ERP dropped the session, and the one new login that is tried did not help, or came too late to be tried.
    #[error("the ERP has ended the session")]
    LoggedOut,
    /// The ERP refuses the account or its password: nothing is to be tried before a person has.
    #[error("the ERP refuses the sign-in: {message}")]
    WrongPassword {
        /// The ERP's words, at most 300 characters.
        message: String,
    },
    /// A screen does not look as expected: stop, and show an operator the snapshot.
    #[error("on screen {screen:?} there should be {expected}")]
    ScreenChanged {
        /// The screen or step, as in the log.
        screen: String,
        /// What was expected, as the end of a sentence.
        expected: String,
        /// What was there instead.
        snapshot: Box<Snapshot>,
    },
    /// The ERP refuses what was typed: show the agent its words.
    #[error("the ERP refuses: {reason}")]
    Rejected {
        /// The ERP's words, or, in Italian like them, which of the agent's choices the ERP does not know.
        reason: String,
    },
    /// An export is empty, broken or no PDF: the old data stays.
    #[error("the export is unusable: {what}")]
    BadExport {
        /// What is wrong with it.
        what: String,
    },
    /// Our own browser died or hung. It is replaced on the next piece of work: retry.
    #[error("the browser was lost: {what}")]
    BrowserLost {
        /// How.
        what: String,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}

/// What a screen looked like when it was not what it should be.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// The page's title.
    pub title: String,
    /// Its address, without host.
    pub path: String,
    /// The beginning of its visible text, at most 300 characters.
    pub text: String,
    /// What it said in alerts and confirmations since the last snapshot, oldest first.
    pub dialogs: Vec<String>,
    /// A screenshot as PNG; empty when none could be taken.
    pub png: Vec<u8>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Snapshot")
            .field("title", &self.title)
            .field("path", &self.path)
            .field("text", &self.text)
            .field("dialogs", &self.dialogs)
            .field("png_bytes", &self.png.len())
            .finish()
    }
}

impl From<BadExport> for ErpError {
    fn from(bad: BadExport) -> Self {
        Self::BadExport { what: bad.to_string() }
    }
}

impl ErpError {
    /// The kind by which tasks and circuits are decided; `None` for a cancelled piece of work, which is no failure.
    /// A lost browser is retried like an unreachable ERP.
    pub const fn kind(&self) -> Option<ErrorKind> {
        match self {
            Self::Unreachable { .. } | Self::BrowserLost { .. } => Some(ErrorKind::Unreachable),
            Self::LoggedOut => Some(ErrorKind::LoggedOut),
            Self::WrongPassword { .. } => Some(ErrorKind::WrongPassword),
            Self::ScreenChanged { .. } => Some(ErrorKind::ScreenChanged),
            Self::Rejected { .. } => Some(ErrorKind::Rejected),
            Self::BadExport { .. } => Some(ErrorKind::BadExport),
            Self::Cancelled => None,
        }
    }

    pub(crate) fn unreachable(what: impl Into<String>) -> Self {
        Self::Unreachable { what: what.into() }
    }

    pub(crate) fn bad_export(what: impl Into<String>) -> Self {
        Self::BadExport { what: what.into() }
    }

    pub(crate) fn rejected(reason: impl Into<String>) -> Self {
        Self::Rejected { reason: reason.into() }
    }

    pub(crate) fn browser(what: impl std::fmt::Display) -> Self {
        Self::BrowserLost { what: what.to_string() }
    }
}
