//! Says which list views there are: addresses, captions, toolbars and filters (facts/erp.md §2.2–2.4, §3.1).

use crate::world::Entity;

/// One choice of a filter combo.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Filter {
    /// The value without the `xaf_xaf_a1` in front, which changed with maintenance once.
    pub(crate) value: &'static str,
    pub(crate) italian: &'static str,
    pub(crate) english: &'static str,
    /// What the account's list starts with. Never the complete one.
    pub(crate) default: bool,
}

const fn filter(value: &'static str, italian: &'static str, english: &'static str) -> Filter {
    Filter { value, italian, english, default: false }
}

const fn default_filter(value: &'static str, italian: &'static str, english: &'static str) -> Filter {
    Filter { value, italian, english, default: true }
}

const CUSTOMER_FILTERS: &[Filter] = &[
    filter("All_Customers", "Tutti i clienti", "All customers"),
    default_filter("Active_Customers", "Clienti attivi", "Active customers"),
    filter("Potential_Customers", "Clienti potenziali", "Potential customers"),
];

const PRICE_FILTERS: &[Filter] = &[
    filter("ActivePrices", "Prezzi attivi", "Active prices"),
    default_filter("ActivePricesThisYear", "Prezzi di quest'anno", "Prices of this year"),
    filter("ActivePricesQuantity", "Prezzi a quantità", "Quantity prices"),
];

const ORDER_FILTERS: &[Filter] = &[
    filter("ListViewSalesTableOrdersAll", "Tutti gli ordini", "All orders"),
    filter("ListViewSalesTableOrdersToday", "Ordini odierni", "Orders of today"),
    default_filter("ListViewSalesTableOrdersThisWeek", "Ordini di questa settimana", "Orders of this week"),
    filter("ListViewSalesTableOrdersThisMonth", "Ordini di questo mese", "Orders of this month"),
    filter("ListViewSalesTableOrdersEntered", "Ordini inseriti", "Entered orders"),
    filter("ListViewSalesTableOrdersCompleted", "Ordini completati", "Completed orders"),
    filter(
        "ListViewSalesTableOrdersApprovalRM",
        "Ordini in attesa di approvazione",
        "Orders waiting for approval",
    ),
    filter("ListViewSalesTableOrdersTransferred", "Ordini trasferiti", "Transferred orders"),
    filter("ListViewSalesTableOrdersQuote", "Preventivo:", "Quotation:"),
];

const DDT_FILTERS: &[Filter] = &[
    filter("ListViewPackingSlipsAll", "Tutti", "All"),
    filter("ListViewPackingSlipsToday", "Oggi", "Today"),
    default_filter("ListViewPackingSlipsThisMonth", "Questo mese", "This month"),
];

const INVOICE_FILTERS: &[Filter] = &[
    filter("All_invoices", "Tutti", "All"),
    default_filter("Last3Months_invoices", "Ultimi 3 mesi", "Last 3 Month"),
    filter("Open_invoices", "Aperte", "Open"),
];

impl Entity {
    /// The entities in the order of the navigation.
    pub(crate) const ALL: [Self; 6] =
        [Self::Customers, Self::Orders, Self::Ddt, Self::Invoices, Self::Products, Self::Prices];

    /// The list view's name in addresses.
    pub(crate) fn view_name(self) -> &'static str {
        match self {
            Self::Customers => "CUSTTABLE_ListView_Agent",
            Self::Products => "INVENTTABLE_ListView",
            Self::Prices => "PRICEDISCTABLE_ListView",
            Self::Orders => "SALESTABLE_ListView_Agent",
            Self::Ddt => "CUSTPACKINGSLIPJOUR_ListView",
            Self::Invoices => "CUSTINVOICEJOUR_ListView",
        }
    }

    /// The list view of a path such as `/Archibald/CUSTTABLE_ListView_Agent/`.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        let name = path.strip_prefix("/Archibald/")?.trim_end_matches('/');
        Self::ALL.into_iter().find(|entity| entity.view_name().eq_ignore_ascii_case(name))
    }

    /// The table's name in the ERP's data.
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Customers => "CUSTTABLE",
            Self::Products => "INVENTTABLE",
            Self::Prices => "PRICEDISCTABLE",
            Self::Orders => "SALESTABLE",
            Self::Ddt => "CUSTPACKINGSLIPJOUR",
            Self::Invoices => "CUSTINVOICEJOUR",
        }
    }

    /// The number in the view panel's id.
    pub(crate) fn view_counter(self) -> u32 {
        match self {
            Self::Customers => 9,
            Self::Products => 5,
            Self::Prices => 8,
            Self::Orders => 11,
            Self::Ddt => 14,
            Self::Invoices => 15,
        }
    }

    /// Navigation captions, Italian and English.
    pub(crate) fn captions(self) -> (&'static str, &'static str) {
        match self {
            Self::Customers => ("Clienti", "Customers"),
            Self::Products => ("Prodotti", "Products"),
            Self::Prices => ("Tabella prezzi", "Price table"),
            Self::Orders => ("Ordini", "Customer orders"),
            Self::Ddt => ("Documenti di trasporto", "Packing slip journal"),
            Self::Invoices => ("Fatture", "Customer invoice journal"),
        }
    }

    /// The choices of the filter combo; products have none.
    pub(crate) fn filters(self) -> &'static [Filter] {
        match self {
            Self::Customers => CUSTOMER_FILTERS,
            Self::Products => &[],
            Self::Prices => PRICE_FILTERS,
            Self::Orders => ORDER_FILTERS,
            Self::Ddt => DDT_FILTERS,
            Self::Invoices => INVOICE_FILTERS,
        }
    }

    /// Whether a freshly opened list shows no rows until its filter is changed by hand (facts/erp.md §2.5.4).
    pub(crate) fn is_empty_at_first(self) -> bool {
        matches!(self, Self::Ddt | Self::Invoices)
    }

    /// The toolbar's index of "Esportare in".
    pub(crate) fn export_index(self) -> usize {
        match self {
            Self::Orders => 7,
            Self::Customers => 6,
            Self::Products | Self::Prices | Self::Ddt | Self::Invoices => 3,
        }
    }

    /// The toolbar's index of the filter combo.
    pub(crate) fn filter_index(self) -> Option<usize> {
        (!self.filters().is_empty()).then(|| self.export_index() + 1)
    }
}
