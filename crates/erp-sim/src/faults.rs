//! Breaks the simulated server on demand, as the real one breaks by itself.
//!
//! A fault names what happens, where (`on`), to whom (`account`, `entity`), how often (`count`) and after how many
//! matching requests (`after`). The first fault that matches a request is used up by it.

use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use crate::{session::lock, visit::Kind, world::Entity};

/// How long any fault may stall a request: long enough for every time-out under test, short enough to end by itself.
pub const STALL_MS_MAX: u64 = 15 * 60 * 1_000;

/// Where a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Any page or callback, but no script or image.
    #[default]
    Any,
    /// A login attempt.
    Login,
    /// Any whole page, lists and forms included.
    Page,
    /// The page of a list view.
    List,
    /// The page of the new-order form.
    Form,
    /// The page of an existing order or customer.
    Detail,
    /// A PDF export.
    Export,
    /// A new value of a filter combo.
    Filter,
    /// Any asynchronous callback.
    Callback,
    /// A callback of the customer or the article lookup.
    Lookup,
    /// Beginning, changing or abandoning an order line.
    Line,
    /// "Update" on an order line.
    LineUpdate,
    /// Saving an order.
    Save,
    /// The REST API.
    Api,
}

impl Place {
    fn matches(self, kind: Kind) -> bool {
        let page =
            matches!(kind, Kind::LoginPage | Kind::Page | Kind::List(_) | Kind::NewForm | Kind::Detail);
        match self {
            Self::Any => kind != Kind::Asset,
            Self::Login => kind == Kind::LogIn,
            Self::Page => page,
            Self::List => matches!(kind, Kind::List(_)),
            Self::Form => kind == Kind::NewForm,
            Self::Detail => kind == Kind::Detail,
            Self::Export => matches!(kind, Kind::Export(_)),
            Self::Filter => kind == Kind::Filter,
            Self::Callback => !page && !matches!(kind, Kind::Asset | Kind::Export(_) | Kind::Api),
            Self::Lookup => matches!(kind, Kind::CustomerLookup | Kind::ArticleLookup),
            Self::Line => kind == Kind::Line,
            Self::LineUpdate => kind == Kind::LineUpdate,
            Self::Save => kind == Kind::Save,
            Self::Api => kind == Kind::Api,
        }
    }
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Trouble {
    /// The login is gone before the request is looked at.
    LogOut,
    /// The server answers with this status and does nothing.
    Status {
        /// An HTTP status, e.g. 500, 502, 503.
        status: u16,
    },
    /// The request is served this much later; what it does is done at the end.
    Stall {
        /// Milliseconds, at most [`STALL_MS_MAX`].
        ms: u64,
    },
    /// The connection is cut and nothing is done.
    Drop,
    /// Everything is done at once, but the answer comes this much later.
    AnswerLate {
        /// Milliseconds, at most [`STALL_MS_MAX`].
        ms: u64,
    },
    /// Everything is done, but the connection is cut instead of answering.
    AnswerLost,
    /// The page is blank.
    BlankPage,
    /// The export has no bytes.
    EmptyPdf,
    /// The export ends early.
    TruncatedPdf {
        /// How much of it arrives, in percent.
        percent: u8,
    },
    /// A message window lies over the page.
    Popup {
        /// What it says.
        text: String,
    },
    /// A caption of the page or of the export's header reads differently.
    Caption {
        /// As it should read.
        from: String,
        /// As it reads.
        to: String,
    },
    /// Just before the request, another session of the account chooses this filter.
    FilterSet {
        /// Ending of the combo's value, e.g. `Active_Customers`.
        value: String,
    },
    /// Just before the request, another session of the account filters the grid by a row filter.
    GridFiltered,
    /// Just before the request, another session of the account leaves the list at this page.
    PageIndex {
        /// Counted from 0.
        index: usize,
    },
    /// The right password is refused.
    LoginRefused {
        /// What the login page says.
        text: String,
    },
    /// A plain save answers as if it had saved, and is rolled back.
    RolledBack,
    /// Saving is refused with this text in `ErrorInfo`.
    SaveRefused {
        /// One line of the error list.
        text: String,
    },
    /// Saving warns first; ticking "Ignore warnings" and saving again helps.
    SaveWarning {
        /// One line of the warning list.
        text: String,
    },
    /// A saved order shows in lists and searches only later.
    ListLag {
        /// Milliseconds after the save.
        ms: u64,
    },
    /// The server saves a line with another quantity than the page sent.
    WrongQuantity {
        /// Added to the quantity, in pieces.
        pieces: i64,
    },
    /// The server makes two orders of one save.
    SavedTwice,
    /// The 20 % line-discount group is back after the save.
    DiscountReturns,
    /// The server answers in English, whatever the browser asks for.
    English,
    /// Instead of an export comes a page with a banner about objects that cannot be loaded.
    Banner,
    /// The record opens `Error.aspx`.
    ErrorPage,
}

/// A fault waiting for its requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// What happens.
    #[serde(flatten)]
    pub trouble: Trouble,
    /// Where; anywhere by default.
    #[serde(default)]
    pub on: Place,
    /// Only requests of this account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// Only lists and exports of this entity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Entity>,
    /// How many matching requests pass unharmed first.
    #[serde(default)]
    pub after: u32,
    /// How many matching requests it strikes then.
    #[serde(default = "once")]
    pub count: u32,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// A fault that strikes the next request at `on` once.
    pub fn once(on: Place, trouble: Trouble) -> Self {
        Self { trouble, on, account: None, entity: None, after: 0, count: 1 }
    }

    fn concerns(&self, kind: Kind, account: Option<&str>) -> bool {
        let entity = match kind {
            Kind::List(entity) | Kind::Export(entity) => Some(entity),
            _ => None,
        };
        let account_fits = self
            .account
            .as_deref()
            .is_none_or(|wanted| account.is_some_and(|a| a.eq_ignore_ascii_case(wanted)));
        self.on.matches(kind) && account_fits && self.entity.is_none_or(|wanted| entity == Some(wanted))
    }
}

/// The faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Mutex<Vec<Fault>>,
}

impl Faults {
    pub(crate) fn new(faults: Vec<Fault>) -> Self {
        Self { waiting: Mutex::new(faults) }
    }

    /// Replaces all faults.
    pub(crate) fn replace(&self, faults: Vec<Fault>) {
        *lock(&self.waiting) = faults;
    }

    /// Adds a fault behind the others.
    pub(crate) fn add(&self, fault: Fault) {
        lock(&self.waiting).push(fault);
    }

    /// The faults still waiting, with what is left of their counts.
    pub(crate) fn waiting(&self) -> Vec<Fault> {
        lock(&self.waiting).clone()
    }

    /// The troubles that strike a request, each counted down.
    pub(crate) fn strike(&self, kind: Kind, account: Option<&str>) -> Vec<Trouble> {
        let mut waiting = lock(&self.waiting);
        let mut troubles = Vec::new();
        for fault in waiting.iter_mut().filter(|fault| fault.concerns(kind, account)) {
            if fault.after > 0 {
                fault.after -= 1;
            } else if fault.count > 0 {
                fault.count -= 1;
                troubles.push(fault.trouble.clone());
            }
        }
        waiting.retain(|fault| fault.count > 0);
        troubles
    }
}
