//! Types an order into Archibald's order form, finds it again, and reads it back.
//!
//! The steps follow a person's: customer, references, discounts, line after line, save. Two things differ. The marker goes
//! in before the first line, so that an order can be found however it came into being. And nothing is saved on the way:
//! until the caller permits the save at the end, there certainly is no order. Only save.rs clicks Save.

mod check;
mod customer;
mod delivery;
mod entry;
mod find;
mod form;
mod header;
mod line;
mod lines;
mod number;
mod observer;
mod placed;
mod read;
mod save;
mod variant;

use tokio_util::sync::CancellationToken;

pub use entry::{EnteredOrder, OrderEntry, Variant};
pub(crate) use find::{find_by_marker, find_by_number, sight_marker, sight_twins};
pub use observer::{OrderObserver, SavePermission};
pub use placed::{Difference, FoundOrder, PlacedOrder, Sighting};
pub(crate) use read::read_order;

use crate::{
    ErpError,
    page::{Step, Turn, Window},
    session::Work,
};

/// Types an order and saves it.
pub(crate) async fn enter<O: OrderObserver>(
    work: &mut Work<'_>,
    entry: &OrderEntry<'_>,
    observer: &mut O,
) -> Result<EnteredOrder, ErpError> {
    work.turn().send_once(true).await?;
    let entered = type_and_save(work, entry, observer).await;
    let nobody = CancellationToken::new();
    // A page that is gone has nothing left to repeat, and says so itself at its next use.
    let _ = work.unstoppable(&nobody).turn().send_once(false).await;
    entered
}

async fn type_and_save<O: OrderObserver>(
    work: &mut Work<'_>,
    entry: &OrderEntry<'_>,
    observer: &mut O,
) -> Result<EnteredOrder, ErpError> {
    let began = std::time::Instant::now();
    fill(work, entry, observer).await?;
    for words in work.turn().said().await {
        observer.warned(&words).await;
    }
    observer.armed().await;
    match observer.before_save().await {
        SavePermission::Save => {}
        SavePermission::Abandon => return Err(ErpError::Cancelled),
    }
    observer.step("order: save");
    // From here on nobody stops it half-way: the caller would only learn less about what became of the order.
    let nobody = CancellationToken::new();
    let mut work = work.unstoppable(&nobody);
    let saved = save::save(&work.turn(), observer).await?;
    observer.step("order: number");
    let id = match id_in(&saved.path) {
        Some(id) => id,
        None => find::just_saved(&mut work, &saved.path, entry.marker).await?,
    };
    tracing::info!(%id, lines = entry.draft.lines.len(), ms = began.elapsed().as_millis(), "order entered");
    Ok(EnteredOrder { id, warnings: saved.warnings })
}

/// Everything up to the last check; what goes wrong here leaves no order.
async fn fill<O: OrderObserver>(
    work: &mut Work<'_>,
    entry: &OrderEntry<'_>,
    observer: &mut O,
) -> Result<(), ErpError> {
    let OrderEntry { draft, marker, variants } = *entry;
    let Some(chosen) = &draft.customer else {
        return Err(ErpError::rejected("L’ordine non ha un cliente."));
    };
    if draft.lines.is_empty() {
        return Err(ErpError::rejected("L’ordine non ha righe."));
    }
    let turn = work.turn();
    observer.step("order: form");
    turn.resize(Window::Form).await?;
    work.open("order: form", "SALESTABLE_DetailViewAgent/?NewObject=true").await?;
    await_form(&turn).await?;
    // What other pages said before is not about this order.
    drop(turn.page().take_dialogs());
    observer.step("order: customer");
    customer::choose(&turn, chosen).await?;
    observer.step("order: reference");
    header::fill(&turn, draft, marker).await?;
    let total = draft.lines.len() as u32;
    for (place, wanted) in draft.lines.iter().enumerate() {
        observer.step("order: line");
        line::enter(&turn, wanted, variants.get(&wanted.article)).await?;
        observer.line_done(place as u32 + 1, total).await;
    }
    observer.step("order: check");
    check::complete(&turn, draft, marker).await?;
    if let Some(wanted) = &draft.delivery_address {
        observer.step("order: delivery");
        delivery::choose(&turn, wanted).await?;
    }
    save::prepare(&turn).await
}

async fn await_form(turn: &Turn<'_>) -> Result<(), ErpError> {
    let limits = turn.limits();
    let step = Step { name: "order: form", expected: "an empty order form", limit: limits.idle };
    let ready = format!(
        "__archibald.idle({}) && __archibald.visible(__archibald.lookupInput('customer')) \
         && (__archibald.linesState() || {{rows: 0}}).rows === 0",
        limits.idle_hold.as_millis()
    );
    turn.until::<bool>(step, &ready).await.map(drop)
}

/// The order's id, where the address after saving has it: `ObjectKey=…` or the detail view's path (facts/erp.md §4.1).
fn id_in(path: &str) -> Option<domain::ErpId> {
    let after = |key: &str| path.split_once(key).map(|(_, rest)| rest);
    let rest = after("ObjectKey=").or_else(|| after("_DetailViewAgent/"))?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_from_the_address_where_there_is_one() {
        let id = |path: &str| id_in(path).map(|id| id.to_string());
        assert_eq!(id("/Archibald/SALESTABLE_DetailViewAgent/51847/?mode=View").as_deref(), Some("51847"));
        assert_eq!(id("/Archibald/Default.aspx?ObjectKey=51847&x=1").as_deref(), Some("51847"));
        assert_eq!(id("/Archibald/SALESTABLE_ListView_Agent/"), None);
        assert_eq!(id("/Archibald/SALESTABLE_DetailViewAgent/?NewObject=true"), None);
    }
}
