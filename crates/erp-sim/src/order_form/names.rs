//! Names the form's controls: client ids with `_`, posted names with `$` (facts/erp.md §2.1, §4.1).

use super::OrderForm;

/// A control's client id and posted name.
#[derive(Debug, Clone)]
pub(super) struct Control {
    pub(super) id: String,
    pub(super) name: String,
}

impl Control {
    /// A part of the control: `_suffix` in ids, `$suffix` in names.
    pub(super) fn part(&self, suffix: &str) -> Self {
        Self { id: format!("{}_{suffix}", self.id), name: format!("{}${suffix}", self.name) }
    }
}

impl OrderForm {
    /// The layout that holds all editors.
    fn layout(&self) -> Control {
        let number = self.number;
        Control {
            id: format!("Vertical_v7_{number}_MainLayoutEdit"),
            name: format!("Vertical$v7_{number}$MainLayoutEdit"),
        }
    }

    /// The panel that is drawn anew after a save.
    pub(super) fn panel_id(&self) -> String {
        format!("Vertical_v7_{}_VSP", self.number)
    }

    /// The upper tab strip; the lower one has the lines.
    pub(super) fn tabs(&self) -> Control {
        self.layout().part("xaf_l1").part("pg")
    }

    /// The strip with the lines.
    pub(super) fn lower_tabs(&self) -> Control {
        self.layout().part("xaf_l477").part("pg")
    }

    /// The editor of a field of the order.
    pub(super) fn editor(&self, layout: &str, field: &str) -> Control {
        self.tabs().part(&format!("xaf_l{layout}")).part(&format!("xaf_dvi{field}_Edit"))
    }

    /// The customer lookup.
    pub(super) fn customer_lookup(&self) -> Control {
        self.editor("20", "CUSTTABLE")
    }

    /// The delivery address.
    pub(super) fn address_editor(&self) -> Control {
        self.editor("61", "DELIVERYPOSTALADDRESS")
    }

    /// The grid of lines.
    pub(super) fn lines_grid(&self) -> Control {
        let field = self.lower_tabs().part("xaf_l483");
        let inner = format!("xaf_dviSALESLINEs_v6_{}", self.number / 7 + 11);
        field.part(&inner).part("LE_v6")
    }

    /// An editor in the open row of the lines grid: column index and field.
    pub(super) fn row_editor(&self, column: u16, field: &str) -> Control {
        let row = match self.editing.as_ref().and_then(|editing| editing.row) {
            Some(row) => format!("edit{row}_{column}"),
            None => format!("editnew_{column}"),
        };
        self.lines_grid().part(&row).part(&format!("xaf_{field}_Edit"))
    }

    /// The article lookup of the open row.
    pub(super) fn article_lookup(&self) -> Control {
        self.row_editor(12, "INVENTTABLE")
    }
}
