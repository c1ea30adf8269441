//! Looks at an order before it is sent: against the price list, the packages and the customer as the ERP last told them,
//! and against what was sent a moment ago or is still on its way.

use domain::{
    Concern, Customer, CustomerGap, Draft, DraftLine, DurationMs, PlacementState, SyncType, Timestamp,
    VariantSummary,
};
use store::{AgentStore, Catalog, Result};
use time::Date;

/// Articles of one name that are looked at; an article has three variants at most.
const SAME_NAME_MAX: u32 = 20;

/// What the agent should know. Without customers or articles of the ERP's there is nothing to compare with.
pub(crate) async fn concerns(
    data: &AgentStore,
    catalog: &Catalog,
    draft: &Draft,
    now: Timestamp,
    today: Date,
) -> Result<Vec<Concern>> {
    let mut concerns = Vec::new();
    if let Some(twin) = data.twin(draft, now).await? {
        let minutes = now.since(twin.submitted_at).0 / DurationMs::minutes(1).0;
        let waits = !matches!(twin.state, PlacementState::Placed { .. } | PlacementState::Verified { .. });
        concerns.push(Concern::Twin { minutes: u32::try_from(minutes).unwrap_or(u32::MAX), waits });
    }
    if let Some(choice) = &draft.customer
        && data.last_pass(SyncType::Customers).await?.is_some()
    {
        concerns.extend(about_customer(data.customer(&choice.id).await?.as_ref()));
    }
    if catalog.last_pass(SyncType::Products).await?.is_some() {
        let prices_known = catalog.last_pass(SyncType::Prices).await?.is_some();
        for line in &draft.lines {
            let variant = variant(catalog, line, today).await?;
            concerns.extend(about_line(line, variant.as_ref(), prices_known));
        }
    }
    Ok(concerns)
}

async fn variant(catalog: &Catalog, line: &DraftLine, today: Date) -> Result<Option<VariantSummary>> {
    let page = catalog.search_products(&line.name, SAME_NAME_MAX, None, today).await?;
    let mut variants = page.items.into_iter().flat_map(|product| product.variants);
    Ok(variants.find(|variant| variant.id == line.article))
}

fn about_customer(customer: Option<&Customer>) -> Option<Concern> {
    let Some(customer) = customer else { return Some(Concern::CustomerGone) };
    let lacks = |fields: &[&Option<String>]| {
        fields.iter().all(|field| field.as_ref().is_none_or(|text| text.trim().is_empty()))
    };
    let gaps = [
        (lacks(&[&customer.vat_number, &customer.fiscal_code]), CustomerGap::TaxNumber),
        (lacks(&[&customer.street]) || lacks(&[&customer.zip]), CustomerGap::Address),
        (lacks(&[&customer.pec, &customer.sdi]), CustomerGap::InvoiceAddress),
    ];
    let missing: Vec<_> = gaps.into_iter().filter(|(lacks, _)| *lacks).map(|(_, gap)| gap).collect();
    (!missing.is_empty()).then_some(Concern::CustomerIncomplete { missing })
}

fn about_line(line: &DraftLine, variant: Option<&VariantSummary>, prices_known: bool) -> Vec<Concern> {
    let (id, name) = (line.id, line.name.clone());
    let Some(variant) = variant.filter(|variant| variant.orderable) else {
        return vec![Concern::ArticleGone { line: id, name }];
    };
    let mut concerns = Vec::new();
    if prices_known && variant.unit_price != line.unit_price {
        let (was, now) = (line.unit_price, variant.unit_price);
        concerns.push(Concern::PriceChanged { line: id, name: name.clone(), was, now });
    }
    let rule = variant.rule();
    if !rule.allows(line.quantity) {
        concerns.push(Concern::Quantity { line: id, name, nearest: rule.nearest(line.quantity) });
    }
    concerns
}

#[cfg(test)]
mod tests {
    use domain::{Cents, DiscountCascade, Percent, Quantity, VatRate};

    use super::*;

    fn line(pieces: i64, price: i64) -> DraftLine {
        DraftLine {
            id: "0191e7a0-0000-7000-8000-000000000001".parse().unwrap(),
            article: "012345K2".parse().unwrap(),
            name: "AB12XY.104.023".to_owned(),
            description: None,
            quantity: Quantity::pieces(pieces),
            unit_price: Some(Cents(price)),
            price_unit: Quantity::pieces(1),
            discount: DiscountCascade::default(),
            system_discount: Percent(0),
            vat: VatRate::default(),
        }
    }

    fn variant() -> VariantSummary {
        VariantSummary {
            id: "012345K2".parse().unwrap(),
            package: None,
            package_content: Some(Quantity::pieces(5)),
            quantity_minimum: None,
            quantity_multiple: Some(Quantity::pieces(5)),
            quantity_maximum: None,
            unit_price: Some(Cents(1_000)),
            price_unit: Quantity::pieces(1),
            system_discount: Percent(0),
            vat: VatRate::default(),
            orderable: true,
        }
    }

    #[test]
    fn a_line_that_fits_gives_no_concern() {
        assert_eq!(about_line(&line(10, 1_000), Some(&variant()), true), []);
        assert_eq!(about_line(&line(10, 900), Some(&variant()), false), [], "no price list, no comparison");
    }

    #[test]
    fn prices_packages_and_articles_that_are_gone_are_told() {
        let both = about_line(&line(7, 900), Some(&variant()), true);
        assert!(matches!(
            both[0],
            Concern::PriceChanged { was: Some(Cents(900)), now: Some(Cents(1_000)), .. }
        ));
        let Concern::Quantity { nearest, .. } = &both[1] else { panic!("{both:?}") };
        assert_eq!(*nearest, [Quantity::pieces(5), Quantity::pieces(10)]);
        let stopped = VariantSummary { orderable: false, ..variant() };
        for gone in [Some(&stopped), None] {
            assert!(matches!(about_line(&line(5, 1_000), gone, true)[..], [Concern::ArticleGone { .. }]));
        }
    }
}
