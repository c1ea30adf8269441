//! Names the elements that take the focus.

use domain::LineId;

/// The field "Cliente".
pub(super) const CUSTOMER: &str = "customer";
/// The field "Articolo".
pub(super) const ARTICLE: &str = "article";
/// The quantity of the line being added.
pub(super) const QUANTITY: &str = "entry-quantity";
/// The discount of the line being added.
pub(super) const DISCOUNT: &str = "entry-discount";
/// The quantity of the line being changed.
pub(super) const EDIT_QUANTITY: &str = "edit-quantity";
/// The heading of the lines.
pub(super) const LINES: &str = "lines";

/// The button that takes up a line.
pub(super) fn edit_button(line: LineId) -> String {
    format!("edit-{line}")
}
