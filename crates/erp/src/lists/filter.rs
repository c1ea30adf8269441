//! Makes a list show all its rows, whatever filter the agent's own session has left in the profile.
//!
//! Three filters persist per user on the server: the filter combo of the tool bar, a filter of the grid itself, and the
//! search text. An export honours all three; once, an export under a forgotten grid filter made a consumer delete nine
//! tenths of its products (facts/erp.md §2.5).

use super::List;
use crate::{
    ErpError,
    page::{Key, Step, Turn},
};

/// Waits for the list's grid, then removes the filters that are set. `known` is how many rows the list had when all its
/// filters were last cleared: nothing on screen tells whether the grid has a filter of its own, but one that hides rows
/// shows in the count, so a list that counts no less is spared the callback. Products are never spared; theirs was
/// the list that was cut to a tenth.
pub(super) async fn show_all_rows(turn: &Turn<'_>, list: List, known: Option<u32>) -> Result<(), ErpError> {
    remove_filters(turn, list, known).await?;
    mark_all_rows(turn, list).await
}

/// The list is known to show all its rows.
pub(super) async fn mark_all_rows(turn: &Turn<'_>, list: List) -> Result<(), ErpError> {
    turn.ask::<bool>("list: filter", &format!("({ALL_ROWS} = {}) !== ''", path(list))).await.map(drop)
}

/// Whether the page still is the list that was last made to show all rows, at rest.
pub(super) async fn shows_all_rows(turn: &Turn<'_>, list: List) -> Result<bool, ErpError> {
    let left = format!("{ALL_ROWS} === {} && !globalThis.__leaving && __archibald.idle(0)", path(list));
    match turn.ask("list: as left", &left).await {
        Err(ErpError::Unreachable { .. }) => Ok(false),
        answered => answered,
    }
}

/// Where a document remembers which list it was made to show whole.
const ALL_ROWS: &str = "globalThis.__showsAllRowsOf";

fn path(list: List) -> serde_json::Value {
    serde_json::Value::from(list.path())
}

async fn remove_filters(turn: &Turn<'_>, list: List, known: Option<u32>) -> Result<(), ErpError> {
    await_grid(turn).await?;
    if let Some(ending) = list.all_rows() {
        if list.opens_empty() {
            leave_filter(turn, ending).await?;
        }
        choose_filter(turn, ending).await?;
    }
    empty_search(turn).await?;
    if list != List::Products && known.is_some() && count(turn).await? >= known {
        return Ok(());
    }
    clear_grid_filter(turn).await
}

/// What the grid's footer counts, if it has one.
pub(super) async fn count(turn: &Turn<'_>) -> Result<Option<u32>, ErpError> {
    turn.ask("list: count", "__archibald.footerCount()").await
}

/// Goes to the first page, where the newest rows are; which page was open last persists in the user's profile.
pub(super) async fn go_to_first_page(turn: &Turn<'_>) -> Result<(), ErpError> {
    if turn.ask::<bool>("list: page", "__archibald.leaveLaterPage()").await? {
        await_grid(turn).await?;
    }
    Ok(())
}

/// Waits until the grid shows rows, or says there are none, and nothing is loading.
pub(super) async fn await_grid(turn: &Turn<'_>) -> Result<(), ErpError> {
    let limits = turn.limits();
    let filled = format!(
        "__archibald.idle({}) && __archibald.gridFilled(__archibald.mainTable())",
        limits.idle_hold.as_millis()
    );
    let step = Step { name: "list: grid", expected: "a grid of records", limit: limits.idle };
    turn.until::<bool>(step, &filled).await.map(drop)
}

/// Chooses the filter's entry for all rows.
async fn choose_filter(turn: &Turn<'_>, ending: &str) -> Result<(), ErpError> {
    let quoted = serde_json::Value::from(ending);
    let (entry, is_all) =
        (format!("__archibald.filterEntry({quoted})"), format!("__archibald.filterIs({quoted})"));
    if choose(turn, "an entry for all rows", &entry, &is_all).await? {
        return Ok(());
    }
    Err(turn.screen_changed("list: filter", format!("a filter that stays on {ending}")).await)
}

/// Chooses any other entry of the filter: a list that has opened empty under the entry for all rows fills only when that
/// entry is chosen anew (facts/erp.md §2.5.4).
async fn leave_filter(turn: &Turn<'_>, ending: &str) -> Result<(), ErpError> {
    let quoted = serde_json::Value::from(ending);
    let (entry, is_other) =
        (format!("__archibald.otherFilterEntry({quoted})"), format!("!__archibald.filterIs({quoted})"));
    if choose(turn, "a second entry", &entry, &is_other).await? {
        return Ok(());
    }
    Err(turn.screen_changed("list: filter", format!("a filter that leaves {ending}")).await)
}

/// Chooses an entry of the filter with real mouse events, because its script interface does not always reach the server,
/// until the condition holds. Answers whether it does.
async fn choose(
    turn: &Turn<'_>,
    expected: &'static str,
    entry: &str,
    chosen: &str,
) -> Result<bool, ErpError> {
    let limits = turn.limits();
    let there = Step { name: "list: filter", expected: "a filter in the tool bar", limit: limits.popup };
    turn.until::<bool>(there, "!!__archibald.filterBox()").await?;
    for _ in 0..limits.filter_tries {
        if turn.ask::<bool>("list: filter", chosen).await? {
            return Ok(true);
        }
        let arrow = Step { name: "list: filter", expected: "a filter that opens", limit: limits.popup };
        turn.click(arrow, "__archibald.filterArrow()").await?;
        let there = Step { name: "list: filter", expected, limit: limits.popup };
        turn.click(there, entry).await?;
        // The choice may reload the page or only the grid.
        await_grid(turn).await?;
    }
    turn.ask::<bool>("list: filter", chosen).await
}

/// What the search box searches for; nothing when it is empty.
pub(super) async fn search_text(turn: &Turn<'_>) -> Result<String, ErpError> {
    turn.ask("list: search", "__archibald.searchText()").await
}

/// The value of the filter combo; empty where there is none.
pub(super) async fn filter_value(turn: &Turn<'_>) -> Result<String, ErpError> {
    turn.ask("list: filter", "__archibald.filterNow()").await
}

/// Chooses the entry with this value again; answers whether another one was chosen.
pub(super) async fn restore_filter(turn: &Turn<'_>, value: &str) -> Result<bool, ErpError> {
    let quoted = serde_json::Value::from(value);
    if turn.ask::<bool>("list: filter", &format!("__archibald.filterIs({quoted})")).await? {
        return Ok(false);
    }
    choose_filter(turn, value).await?;
    Ok(true)
}

/// The list is not known to show all its rows any more.
pub(super) async fn forget_all_rows(turn: &Turn<'_>) -> Result<(), ErpError> {
    turn.ask::<bool>("list: filter", &format!("({ALL_ROWS} = '') === ''")).await.map(drop)
}

async fn empty_search(turn: &Turn<'_>) -> Result<(), ErpError> {
    if search_text(turn).await?.is_empty() {
        return Ok(());
    }
    search_for(turn, "").await
}

/// Searches the list; an empty text ends the search.
pub(super) async fn search_for(turn: &Turn<'_>, text: &str) -> Result<(), ErpError> {
    let limits = turn.limits();
    let field = Step { name: "list: search", expected: "a search box", limit: limits.popup };
    turn.click(field, "__archibald.searchBox()").await?;
    turn.ask::<bool>("list: search", "__archibald.select(__archibald.searchBox())").await?;
    turn.key("list: search", Key::Backspace).await?;
    turn.type_text("list: search", text).await?;
    turn.ask::<bool>("list: search", "__archibald.restart()").await?;
    turn.key("list: search", Key::Enter).await?;
    await_grid(turn).await
}

async fn clear_grid_filter(turn: &Turn<'_>) -> Result<(), ErpError> {
    let step = Step {
        name: "list: grid filter",
        expected: "a grid that can clear its filter",
        limit: turn.limits().popup,
    };
    turn.until::<bool>(step, "__archibald.clearGridFilter()").await?;
    await_grid(turn).await
}
