//! Lays out the pages other than the order form.

pub mod catalog;
pub mod drafts;
pub mod login;
pub mod login_notice;
pub mod not_found;
pub mod orders;
pub mod readings;
pub mod sync;

pub use catalog::CatalogPage;
pub use drafts::DraftsPage;
pub use login::LoginPage;
pub use not_found::NotFoundPage;
pub use orders::OrdersPage;
pub use sync::SyncPage;
