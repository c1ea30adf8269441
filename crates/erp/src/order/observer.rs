//! Lets the caller follow the typing of an order, and decide at the one moment that matters.

use std::future::Future;

/// Whether Save may be clicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SavePermission {
    /// The caller has written down that the order is "perhaps" in the ERP from now on.
    Save,
    /// The caller does not want it any more; the form is left, and nothing is saved.
    Abandon,
}

/// Follows one order into the ERP.
pub trait OrderObserver: Send {
    /// A step begins. Its name is also that of errors and log lines, and it is stored: attempts, estimates and the words
    /// for the agent go by it.
    fn step(&mut self, _name: &'static str) {}

    /// The ERP has accepted, and we have verified, `done` of `total` lines.
    fn line_done(&mut self, done: u32, total: u32) -> impl Future<Output = ()> + Send;

    /// The form is complete and verified; nothing is saved yet.
    fn armed(&mut self) -> impl Future<Output = ()> + Send;

    /// The ERP warns in these words: a window that was closed, or a warning that was confirmed.
    fn warned(&mut self, _words: &str) -> impl Future<Output = ()> + Send {
        async {}
    }

    /// Asked right before the click on "Salva e chiudi"; only after [`SavePermission::Save`] it is clicked, and once
    /// more if the ERP asks to confirm a warning.
    fn before_save(&mut self) -> impl Future<Output = SavePermission> + Send;
}
