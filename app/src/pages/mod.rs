//! Lays out the pages other than the order form.

pub mod drafts;
pub mod login;
pub mod not_found;
pub mod sync;

pub use drafts::DraftsPage;
pub use login::LoginPage;
pub use not_found::NotFoundPage;
pub use sync::SyncPage;
