//! Reads an order back from its detail view.

use domain::{ErpId, Locale, PlacedLine, parse_cents};

use super::{lines, number, placed::PlacedOrder};
use crate::{
    ErpError,
    page::{Step, Turn, Window},
    session::Work,
};

const NAME: &str = "order: read";

/// The order as the ERP holds it.
pub(crate) async fn read_order(work: &mut Work<'_>, id: &ErpId) -> Result<PlacedOrder, ErpError> {
    let turn = work.turn();
    turn.resize(Window::Form).await?;
    work.open(NAME, &format!("SALESTABLE_DetailViewAgent/{id}/?mode=View")).await?;
    let step = Step { name: NAME, expected: "an order with its lines", limit: turn.limits().idle };
    let ready = format!(
        "__archibald.idle({}) && __archibald.viewed('CUSTTABLE') !== null && !!__archibald.linesState()",
        turn.limits().idle_hold.as_millis()
    );
    turn.until::<bool>(step, &ready).await?;
    let shown = field(&turn, "ID").await?;
    if shown.as_deref().is_some_and(|shown| !shown.is_empty() && shown.parse::<ErpId>().as_ref() != Ok(id)) {
        return Err(turn.screen_changed(NAME, format!("the order {id}")).await);
    }
    let discount = field(&turn, "MANUALDISCOUNT").await?.unwrap_or_default();
    let Some(header_discount) = number::shown_percent(&discount) else {
        return Err(turn.screen_changed(NAME, format!("a discount instead of {discount:?}")).await);
    };
    let total = field(&turn, "AmountTotal").await?;
    Ok(PlacedOrder {
        id: id.clone(),
        number: filled(field(&turn, "SALESID").await?),
        account: filled(field(&turn, "CUSTACCOUNT").await?),
        customer_name: field(&turn, "CUSTTABLE").await?.unwrap_or_default(),
        reference: field(&turn, "CUSTOMERREF").await?.unwrap_or_default(),
        delivery_address: field(&turn, "DELIVERYPOSTALADDRESS").await?,
        delivery_date: field(&turn, "DELIVERYDATE").await?,
        notes: field(&turn, "TEXTEXTERNAL").await?,
        header_discount,
        lines: lines::all(&turn).await?.into_iter().map(PlacedLine::from).collect(),
        total: total.and_then(|total| parse_cents(&total, Locale::Italian).ok()),
    })
}

async fn field(turn: &Turn<'_>, field: &str) -> Result<Option<String>, ErpError> {
    turn.ask(NAME, &format!("__archibald.viewed('{field}')")).await
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty() && text != "N/A")
}
