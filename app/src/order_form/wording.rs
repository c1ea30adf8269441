//! Puts articles, packages and lines into words.

use domain::{
    CustomerChoice, CustomerSummary, DiscountCascade, DraftLine, Percent, ProductSummary, Quantity,
    VariantSummary, format_cents, format_quantity,
};

use super::entry::{Entry, Part, Refusal};
use crate::{components::combobox::OptionText, i18n::Language};

/// A customer as an option: name, then city, phone and code.
pub(super) fn customer_option(_: Language, customer: &CustomerSummary) -> OptionText {
    let phone = customer.phone.as_ref().or(customer.mobile.as_ref());
    let code = customer.account.clone().unwrap_or_else(|| customer.id.to_string());
    let details = [customer.city.as_ref(), phone, Some(&code)];
    OptionText {
        key: customer.id.to_string(),
        title: customer.name.clone(),
        detail: joined(details.into_iter().flatten()),
        aside: None,
    }
}

/// What tells a chosen customer from others of the same name: city and code.
pub(super) fn choice_text(customer: &CustomerChoice) -> String {
    let code = customer.account.clone().unwrap_or_else(|| customer.id.to_string());
    joined([customer.city.as_ref(), Some(&code)].into_iter().flatten())
}

/// An article as an option: code and price, then description and packages.
pub(super) fn article_option(language: Language, product: &ProductSummary) -> OptionText {
    let contents = contents(product);
    let packages = (!contents.is_empty()).then(|| language.form_packages(contents.join(", ")));
    OptionText {
        key: product.name.clone(),
        title: product.name.clone(),
        detail: joined(product.description.iter().chain(&packages)),
        aside: Some(price_of(language, &product.variants)),
    }
}

/// Pieces per package, each once, ascending.
fn contents(product: &ProductSummary) -> Vec<String> {
    let mut contents: Vec<Quantity> =
        product.variants.iter().map(|variant| variant.rule().multiple).collect();
    contents.sort_unstable();
    contents.dedup();
    contents.into_iter().map(format_quantity).collect()
}

fn price_of(language: Language, variants: &[VariantSummary]) -> String {
    let mut prices: Vec<_> = variants.iter().filter_map(|variant| variant.unit_price).collect();
    prices.sort_unstable();
    match (prices.first(), prices.last()) {
        (Some(least), Some(most)) if least != most => language.form_price_from(format_cents(*least)),
        (Some(price), _) => format_cents(*price),
        (None, _) => language.form_no_price().to_owned(),
    }
}

fn joined<'text>(texts: impl Iterator<Item = &'text String>) -> String {
    texts.filter(|text| !text.trim().is_empty()).map(String::as_str).collect::<Vec<_>>().join(" · ")
}

/// A package: `K2 · 5 pz`.
pub(super) fn package_text(language: Language, variant: &VariantSummary) -> String {
    let pieces = format_quantity(variant.rule().multiple);
    match &variant.package {
        Some(package) => language.form_package_of(package, pieces),
        None => language.form_package_plain(pieces),
    }
}

/// A variant's price with the number of pieces it is for, unless that is one.
pub(super) fn variant_price(language: Language, variant: &VariantSummary) -> String {
    let Some(price) = variant.unit_price else { return language.form_no_price().to_owned() };
    if variant.price_unit == Quantity::pieces(1) {
        format_cents(price)
    } else {
        format!("{} {}", format_cents(price), language.form_per(format_quantity(variant.price_unit)))
    }
}

/// Why a quantity cannot be ordered.
pub(super) fn refusal_text(language: Language, because: Refusal) -> String {
    match because {
        Refusal::BelowMinimum(pieces) => language.form_quantity_minimum(format_quantity(pieces)),
        Refusal::AboveMaximum(pieces) => language.form_quantity_maximum(format_quantity(pieces)),
        Refusal::NotMultiple(pieces) => language.form_quantity_multiple(format_quantity(pieces)),
        Refusal::NothingAllowed => language.form_quantity_nothing().to_owned(),
    }
}

/// A split, as the end of "Aggiungi": `5 in K2 + 2 in K1`.
pub(super) fn split_text(language: Language, entry: &Entry, parts: &[Part]) -> String {
    let part = |part: &Part| {
        let variant = entry.variants.get(part.variant)?;
        let package = variant.package.clone().unwrap_or_else(|| variant.id.to_string());
        Some(language.form_quantity_split_part(package, format_quantity(part.quantity)))
    };
    parts.iter().filter_map(part).collect::<Vec<_>>().join(" + ")
}

/// A percentage without needless decimals: `22 %`.
pub(super) fn short_percent(percent: Percent) -> String {
    format!("{} %", DiscountCascade(vec![percent]))
}

/// How a line comes to its amount: `10 pz × 12,34 € · sconto 10+5 %`.
pub(super) fn line_text(language: Language, line: &DraftLine) -> String {
    let pieces = format_quantity(line.quantity);
    let mut text = match line.unit_price {
        Some(price) => language.form_price_times(pieces, format_cents(price)),
        None => language.form_pieces(pieces),
    };
    if line.unit_price.is_some() && line.price_unit != Quantity::pieces(1) {
        text = format!("{text} {}", language.form_per(format_quantity(line.price_unit)));
    }
    if line.system_discount.0 != 0 {
        text = format!("{text} · {}", language.form_system_less(short_percent(line.system_discount)));
    }
    if !line.discount.is_empty() {
        text = format!("{text} · {}", language.form_less(&line.discount));
    }
    text
}

#[cfg(test)]
mod tests {
    use domain::{Cents, LineId, VatRate};

    use super::{super::entry::QuantityAdvice, *};

    fn variant(id: &str, content: i64, price: Option<i64>) -> VariantSummary {
        VariantSummary {
            id: id.parse().unwrap(),
            package: Some(id[6..].to_owned()),
            package_content: Some(Quantity::pieces(content)),
            quantity_minimum: None,
            quantity_multiple: None,
            quantity_maximum: None,
            unit_price: price.map(Cents),
            price_unit: Quantity::pieces(1),
            system_discount: Percent(0),
            vat: VatRate::default(),
            orderable: true,
        }
    }

    fn article(variants: Vec<VariantSummary>) -> OptionText {
        let product = ProductSummary { name: "AB12".into(), description: Some("Fresa".into()), variants };
        article_option(Language::Italian, &product)
    }

    #[test]
    fn an_article_shows_its_packages_and_its_price() {
        let text = article(vec![variant("012345K2", 5, Some(1_234)), variant("012345K1", 1, Some(1_234))]);
        assert_eq!((text.detail.as_str(), text.aside.as_deref()), ("Fresa · conf. da 1, 5", Some("12,34 €")));
        let text = article(vec![variant("012345K2", 5, Some(999)), variant("012345K1", 1, Some(1_234))]);
        assert_eq!(text.aside.as_deref(), Some("da 9,99 €"));
        assert_eq!(article(vec![variant("012345K1", 1, None)]).aside.as_deref(), Some("senza prezzo"));
    }

    #[test]
    fn a_split_names_pieces_and_packages() {
        let product = ProductSummary {
            name: "AB12".into(),
            description: None,
            variants: vec![variant("012345K2", 5, None), variant("012345K1", 1, None)],
        };
        let mut entry = Entry::new(product).unwrap();
        entry.type_quantity("7".into());
        let QuantityAdvice::Refused { split, .. } = entry.advice() else { panic!("7 is no multiple") };
        assert_eq!(split_text(Language::Italian, &entry, &split), "5 in K2 + 2 in K1");
    }

    #[test]
    fn a_percentage_has_no_needless_decimals() {
        assert_eq!(short_percent(Percent(2_200)), "22 %");
        assert_eq!(short_percent(Percent(1_250)), "12,5 %");
        assert_eq!(short_percent(Percent(0)), "0 %");
    }

    #[test]
    fn a_line_tells_how_it_comes_to_its_amount() {
        let mut entry = Entry::new(ProductSummary {
            name: "AB12".into(),
            description: None,
            variants: vec![variant("012345K2", 5, Some(1_234))],
        })
        .unwrap();
        entry.discount = "10+5".into();
        let line = entry.line(LineId(uuid::Uuid::nil())).unwrap();
        assert_eq!(line_text(Language::Italian, &line), "5 pz × 12,34 € · sconto\u{a0}10+5\u{a0}%");
        let unpriced = DraftLine { unit_price: None, ..line };
        assert_eq!(line_text(Language::Italian, &unpriced), "5 pz · sconto\u{a0}10+5\u{a0}%");
    }
}
