//! Builds what several pages share.

pub mod combobox;
pub mod frame;
pub mod icon;
pub mod intent;
pub mod problem;
pub mod toasts;

pub use frame::{BrandMark, LanguageSwitch, Page};
pub use icon::{Icon, Sign};
pub use intent::use_intent;
pub use problem::Problem;
pub use toasts::{ToastAction, ToastHost, Toasts, provide_toasts, use_toasts};
