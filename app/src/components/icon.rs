//! Draws the few icons, as inline SVG in the colour of the text. They always stand beside words.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A sheet with a pencil: writing an order.
    Order,
    /// Two sheets: drafts.
    Drafts,
    /// A list with marks: orders.
    List,
    /// A magnifying glass.
    Search,
    /// A parcel.
    Parcel,
    /// Two arrows in a circle: synchronisation.
    Sync,
    /// A check mark.
    Done,
    /// An exclamation mark in a triangle.
    Warning,
    /// A cloud, crossed out.
    Offline,
    /// A door: signing out.
    Leave,
    /// A paper plane.
    Send,
    /// A pencil.
    Edit,
    /// A bin.
    Delete,
}

impl Sign {
    /// The strokes, on a field of 24 × 24.
    const fn path(self) -> &'static str {
        match self {
            Self::Order => {
                "M13 4H6v16h12v-7M9 9h3M9 13h3M13 13l.6-2.8L20 3.8a1.4 1.4 0 0 1 2 2l-6.400 6.400z"
            }
            Self::Drafts => "M8 7V3h12v14h-4M4 7h12v14H4zM8 12h4M8 16h4",
            Self::List => "M9 6h11M9 12h11M9 18h11M4 6h.500M4 12h.500M4 18h.500",
            Self::Search => "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13M15.500 15.500L21 21",
            Self::Parcel => "M4 7.500L12 3l8 4.500v9L12 21l-8-4.500zM4 7.500l8 4.500 8-4.500M12 12v9",
            Self::Sync => {
                "M4 12a8 8 0 0 1 13.700-5.600L20 8M20 3.500V8h-4.500M20 12a8 8 0 0 1-13.700 5.600L4 16M4 20.500V16h4.500"
            }
            Self::Done => "M5 12.500l4.500 4.500L19 7.500",
            Self::Warning => "M12 4L2.500 20h19zM12 10v4.500M12 17.300v.2",
            Self::Offline => {
                "M4 4l16 16M8.500 7.300A6 6 0 0 1 17.500 11a4 4 0 0 1 2.700 6.700M16 19H7a4.500 4.500 0 0 1-1.300-8.800"
            }
            Self::Leave => "M14 4H5v16h9M10 12h11M17 8l4 4-4 4",
            Self::Send => "M3 11.500L21 4l-6.500 17-3.500-7.500zM11 13.500L21 4",
            Self::Edit => "M4 20l1-4.500L16.500 4a2 2 0 0 1 3 3L8.500 19z",
            Self::Delete => "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
        }
    }
}

/// One icon, hidden from screen readers.
#[component]
pub fn Icon(
    /// What it shows.
    sign: Sign,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
            <path d=sign.path()/>
        </svg>
    }
}
