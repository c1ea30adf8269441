//! Says that an order form will probably open, as soon as a pointer or the focus comes to its link.
//!
//! The server then reads the customers ahead. It decides by itself whether that is worth it; the page only does not ask
//! more often than makes sense.

use domain::Timestamp;
use leptos::prelude::*;

use crate::{api, session::use_session, shell::use_clock};

/// Between two announcements of one page, milliseconds; as long as the server thinks customers young enough.
const APART_MS: i64 = 120_000;

/// What to do when the pointer or the focus comes to a link to the order form.
pub fn use_intent() -> impl Fn() + Copy + 'static {
    let (session, clock) = (use_session(), use_clock());
    let announced = StoredValue::new(None::<Timestamp>);
    move || {
        let now = clock.get_untracked();
        let recent = announced.get_value().is_some_and(|at| now.0 - at.0 < APART_MS);
        if recent || session.me().is_none() {
            return;
        }
        announced.set_value(Some(now));
        leptos::task::spawn_local(async move {
            // A guess that does not arrive costs nothing.
            let _ = session.call(api::expect_form).await;
        });
    }
}
