//! Reaches what only a browser has: its clock, cookies, timers, event stream and storage.
//!
//! Every function exists on the server too, where nothing calls it while rendering: event handlers and effects never run
//! there. That keeps `cfg` out of the pages.

mod focus;
mod leaving;
mod page;
mod stream;
mod tab;
mod timer;
mod worker;

pub use focus::{after_drawing, focus_and_select_by_id, reveal_by_id};
pub use leaving::{is_from_cache, is_visible, send_beacon};
pub use page::{
    cookies, document_language, focus_by_id, focus_if_lost, is_online, load_page, local_time, now,
    path_and_query, remember, remembered, set_cookie, set_document_language, typed_into,
};
pub use stream::{EventStream, StreamNews};
pub use tab::{remember_in_tab, remembered_in_tab};
pub use timer::{Pulse, Timer};
pub use worker::{keep_pages_offline, register_service_worker};
