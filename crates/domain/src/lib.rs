//! Names the things the browser, the server and the ERP talk about.
//!
//! Everything here is plain data with its rules: identifiers, money and quantities, the entities Archibald exports, the
//! draft an agent writes, the placement that follows it, and the vocabulary of synchronisation. It compiles for the
//! browser too, so it knows no clock, no file and no socket; a type comes here when a second crate needs it.

mod api;
mod calculator;
mod carrier;
mod catalog_report;
mod customer;
mod ddt;
mod draft;
mod draft_check;
mod export;
mod format;
mod ids;
mod invoice;
mod list_look;
mod marker;
mod money;
mod order;
mod order_list;
mod packages;
mod parse;
mod placement;
mod price;
mod product;
mod review;
mod search;
mod sync;
mod sync_history;
mod timestamp;

pub use api::*;
pub use calculator::{LineTotal, OrderTotals, VatGroup, line_amount, line_total, order_totals};
pub use carrier::{Carrier, TrackingLink, tracking_link};
pub use catalog_report::{ArticleWithoutPrice, CatalogChange, ChangeKind, PriceMatch, PriceReport};
pub use customer::Customer;
pub use ddt::Ddt;
pub use draft::{CustomerChoice, Draft, DraftLine, DraftVersion};
pub use draft_check::{DraftFault, LineFault, Unready};
pub use export::{ContentHash, Export, ExportedRow};
pub use format::{format_cents, format_date, format_date_time, format_percent, format_quantity};
pub use ids::{AgentId, ArticleId, DraftId, ErpId, FormSessionId, InvalidId, LineId};
pub use invoice::Invoice;
pub use list_look::ListLook;
pub use marker::Marker;
pub use money::{Cents, DiscountCascade, Percent, Quantity, VatRate};
pub use order::Order;
pub use order_list::{OrderList, OrderState, OrderWithDocuments, SentOrder};
pub use packages::{Package, PackageSplit, QuantityRule, SplitError, split_into_packages};
pub use parse::{
    Locale, ParseError, parse_cents, parse_date, parse_date_time, parse_flag, parse_percent, parse_quantity,
};
pub use placement::{PlacedLine, Placement, PlacementLogEntry, PlacementProgress, PlacementState, SeenOrder};
pub use price::Price;
pub use product::Product;
pub use review::{Concern, CustomerGap};
pub use search::search_key;
pub use sync::{Class, ErrorKind, Scope, SyncType, TypeState, WaitReason};
pub use sync_history::{
    ApiSkipped, CustomerReading, PastOutcome, PastSync, ReadingWay, SmartSyncFigures, SmartSyncMetrics,
    SmartSyncRun,
};
pub use timestamp::{DurationMs, Timestamp};
