//! Shows articles: 36 columns that fill nine pages, 18 of them hidden at first, which leaves five (facts/erp.md §3.4).
//!
//! No sample was ever seen, so the widths are invented such that the pages break where they are reported to.

use domain::{Cents, Locale, Percent, Product, Quantity};
use time::PrimitiveDateTime;

use super::{Head, Row, Total, optional};
use crate::text;

#[rustfmt::skip]
pub(super) const HEADS: &[Head] = &[
    Head::new(27, "ITEMID", "ID ARTICOLO", "ITEM ID", 78.0).total(Total::Count),
    Head::new(36, "NAME", "NOME ARTICOLO", "ITEM NAME", 141.0),
    Head::new(16, "DESCRIPTION", "DESCRIZIONE", "DESCRIPTION", 222.0),
    Head::new(41, "PRODUCTGROUPID.ID", "GRUPPO ARTICOLO", "ITEM GROUP", 97.5),
    Head::new(26, "IMAGE", "IMMAGINE", "IMAGE", 82.5),
    Head::new(4, "BRASPACKINGCONTENTS", "CONTENUTO DELL'IMBALLAGGIO", "PACKING CONTENTS", 162.0).right(),
    Head::new(45, "SEARCHNAME", "NOME DELLA RICERCA", "SEARCH NAME", 114.0),
    Head::new(40, "PRICEUNIT", "UNITÀ DI PREZZO", "PRICE UNIT", 87.0).right(),
    Head::new(43, "PRODUCTGROUPID.PRODUCTGROUPID", "ID GRUPPO DI PRODOTTI", "PRODUCT GROUP ID", 135.0),
    Head::new(42, "PRODUCTGROUPID.PRODUCTGROUP1", "DESCRIZIONE GRUPPO ARTICOLO", "ITEM GROUP DESCRIPTION", 171.0),
    Head::new(31, "LOWESTQTY", "QTÀ MINIMA", "LOWEST QTY", 69.0).right(),
    Head::new(35, "MULTIPLEQTY", "QTÀ MULTIPLI", "MULTIPLE QTY", 75.0).right(),
    Head::new(24, "HIGHESTQTY", "QTÀ MASSIMA", "HIGHEST QTY", 78.0).right(),
    Head::new(1, "BRASFIGURE", "FIGURA", "FIGURE", 57.0),
    Head::new(12, "DATAAREAID", "DATAAREAID", "DATAAREAID", 75.0).hidden(),
    Head::new(25, "ID", "ID", "ID", 52.5).right().hidden(),
    Head::new(34, "MODIFIEDDATETIME", "DATETIME MODIFICATO", "MODIFIED DATETIME", 127.5).hidden(),
    Head::new(48, "STOPPED", "FERMATO", "STOPPED", 58.5).centre().hidden(),
    Head::new(2, "BRASITEMIDBULK", "ID IN BLOCCO ARTICOLO", "ITEM ID BULK", 129.0).hidden(),
    Head::new(3, "BRASPACKAGEEXPERTS", "PACCO", "PACKAGE", 48.0),
    Head::new(5, "BRASSHANK", "GAMBA", "SHANK", 51.0),
    Head::new(6, "BRASSIZE", "GRANDEZZA", "SIZE", 72.0),
    Head::new(8, "CONFIGID", "ID CONFIGURAZIONE", "CONFIGURATION ID", 105.0).hidden(),
    Head::new(9, "CREATEDBY", "CREATO DA", "CREATED BY", 66.0).hidden(),
    Head::new(10, "CREATEDDATETIME", "DATA CREATA", "CREATED DATETIME", 127.5).hidden(),
    Head::new(14, "DEFAULTSALESQTY", "QTÀ PREDEFINITA", "DEFAULT QTY", 102.0).right().hidden(),
    Head::new(17, "DISPLAYPRODUCTNUMBER", "VISUALIZZA NUMERO PRODOTTO", "DISPLAY PRODUCT NUMBER", 162.0).hidden(),
    Head::new(20, "ENDDISC", "SCONTO ASSOLUTO TOTALE", "TOTAL DISCOUNT", 144.0).right().hidden(),
    Head::new(30, "LINEDISC.ID", "SCONTO LINEA", "LINE DISCOUNT", 84.0).hidden(),
    Head::new(33, "MODIFIEDBY", "MODIFICATO DA", "MODIFIED BY", 90.0).hidden(),
    Head::new(38, "ORDERITEM", "ARTICOLO ORDINABILE", "ORDERABLE ITEM", 126.0).centre().hidden(),
    Head::new(44, "PURCHPRICEPCS", "PURCH PRICE PCS", "PURCH PRICE PCS", 97.5).right().hidden(),
    Head::new(46, "STANDARDCONFIGID", "ID CONFIGURAZIONE STANDARD", "STANDARD CONFIG ID", 159.0).hidden(),
    Head::new(47, "STANDARDQTY", "QTÀ STANDARD", "STANDARD QTY", 84.0).right().hidden(),
    Head::new(49, "TAXITEMGROUPID", "ID ELEMENTO IVAID", "TAX ITEM GROUP ID", 108.0),
    Head::new(50, "UNITID", "ID UNITÀ", "UNIT ID", 60.0).hidden(),
];

impl Row for Product {
    fn key(&self) -> String {
        self.id.to_string()
    }

    fn cell(&self, field: &str, locale: Locale) -> String {
        let quantity =
            |value: Option<Quantity>| value.map_or(String::new(), |value| text::quantity(value, locale));
        let moment =
            |at: Option<PrimitiveDateTime>| at.map_or(String::new(), |at| text::date_time(at, locale));
        let flag = |value: Option<bool>| value.map_or(String::new(), text::flag);
        match field {
            "ITEMID" => self.id.to_string(),
            "NAME" => self.name.clone(),
            "DESCRIPTION" => optional(self.description.as_ref()),
            "PRODUCTGROUPID.ID" => optional(self.group.as_ref()),
            "IMAGE" => "System.Byte[]".to_owned(),
            "BRASPACKINGCONTENTS" => self.package_content.map_or(String::new(), |n| text::pieces(n, locale)),
            "SEARCHNAME" => optional(self.search_name.as_ref()),
            "PRICEUNIT" => quantity(self.price_unit),
            "PRODUCTGROUPID.PRODUCTGROUPID" => optional(self.group_id.as_ref()),
            "PRODUCTGROUPID.PRODUCTGROUP1" => optional(self.group_description.as_ref()),
            "LOWESTQTY" => quantity(self.quantity_minimum),
            "MULTIPLEQTY" => quantity(self.quantity_multiple),
            "HIGHESTQTY" => quantity(self.quantity_maximum),
            "BRASFIGURE" => optional(self.figure.as_ref()),
            "DATAAREAID" => optional(self.company.as_ref()),
            "ID" => self
                .record_id
                .as_ref()
                .map_or(String::new(), |id| text::whole(id.parse().unwrap_or_default(), locale)),
            "MODIFIEDDATETIME" => moment(self.modified_at),
            "STOPPED" => flag(self.stopped),
            "BRASITEMIDBULK" => optional(self.bulk_id.as_ref()),
            "BRASPACKAGEEXPERTS" => optional(self.package.as_ref()),
            "BRASSHANK" => optional(self.shank.as_ref()),
            "BRASSIZE" => optional(self.size.as_ref()),
            "CONFIGID" => optional(self.configuration.as_ref()),
            "CREATEDBY" => optional(self.created_by.as_ref()),
            "CREATEDDATETIME" => moment(self.created_at),
            "DEFAULTSALESQTY" => quantity(self.quantity_default),
            "DISPLAYPRODUCTNUMBER" => optional(self.display_number.as_ref()),
            "ENDDISC" => self.total_discount.map_or(String::new(), |percent| text::percent(percent, locale)),
            "LINEDISC.ID" => optional(self.line_discount.as_ref()),
            "MODIFIEDBY" => optional(self.modified_by.as_ref()),
            "ORDERITEM" => flag(self.orderable),
            "PURCHPRICEPCS" => {
                self.purchase_price.map_or(String::new(), |price: Cents| text::money(price, locale))
            }
            "STANDARDCONFIGID" => optional(self.standard_configuration.as_ref()),
            "STANDARDQTY" => quantity(self.quantity_standard),
            "TAXITEMGROUPID" => self.vat.map_or(String::new(), |rate| rate_text(rate.0)),
            "UNITID" => optional(self.unit.as_ref()),
            _ => String::new(),
        }
    }

    fn modified_at(&self) -> Option<PrimitiveDateTime> {
        self.modified_at
    }

    fn searched(&self) -> Vec<String> {
        let mut all = vec![self.id.to_string(), self.name.clone()];
        all.extend(
            [&self.description, &self.search_name, &self.group_description].into_iter().flatten().cloned(),
        );
        all
    }
}

/// The tax group's id is the bare rate.
fn rate_text(rate: Percent) -> String {
    (rate.0 / 100).to_string()
}
