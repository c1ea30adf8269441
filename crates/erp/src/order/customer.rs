//! Chooses the customer in the order form's lookup.

use domain::{CustomerChoice, ErpId};

use super::form::{self, LookupKind};
use crate::{
    ErpError,
    lists::{Table, TableRow},
    page::{Key, Step, Turn},
};

/// The longest text that is searched for; the bot of old used as much (facts/erp.md §4.1).
const SEARCH_CHARS_MAX: usize = 50;

/// Chooses exactly this customer, or says that the ERP does not know it; never a similar one.
pub(super) async fn choose(turn: &Turn<'_>, customer: &CustomerChoice) -> Result<(), ErpError> {
    let limits = turn.limits();
    let arrow = Step { name: "order: customer", expected: "a customer lookup", limit: limits.popup };
    turn.click(arrow, "__archibald.lookupArrow('customer')").await?;
    form::lookup_page(turn, LookupKind::Customer).await?;
    for text in searches(customer) {
        search(turn, &text).await?;
        // All pages at once: a namesake may be on another one.
        let (table, pages) = form::read_lookup(turn, LookupKind::Customer).await?;
        let Some(place) = find(&table, customer) else { continue };
        form::choose_in_lookup(turn, LookupKind::Customer, pages[place], &table.rows[place]).await?;
        return await_chosen(turn, customer).await;
    }
    Err(ErpError::rejected(format!("Il cliente «{}» non si trova in Archibald.", customer.name)))
}

/// By account first, which is unique, then by name.
fn searches(customer: &CustomerChoice) -> Vec<String> {
    let name: String = one_line(&customer.name).chars().take(SEARCH_CHARS_MAX).collect();
    customer.account.iter().cloned().chain([name.trim().to_owned()]).collect()
}

async fn search(turn: &Turn<'_>, text: &str) -> Result<(), ErpError> {
    let name = "order: customer";
    let field = Step { name, expected: "a search box in the customer lookup", limit: turn.limits().popup };
    turn.click(field, "__archibald.lookupSearch('customer')").await?;
    turn.ask::<bool>(name, "__archibald.select(__archibald.lookupSearch('customer'))").await?;
    turn.type_text(name, text).await?;
    turn.ask::<bool>(name, "__archibald.restart()").await?;
    turn.key(name, Key::Enter).await
}

/// The row of this customer: by id where the lookup shows ids, else by account, else by a name that only one row has.
fn find(table: &Table, customer: &CustomerChoice) -> Option<usize> {
    let id = table.column(&["ID"]);
    let account = table.column(&["PROFILO CLIENTE", "CUSTOMER PROFILE"]);
    let name = table.column(&["NOME", "NAME"]);
    let only = |fits: &dyn Fn(&TableRow) -> bool| {
        let mut places = table.rows.iter().enumerate().filter(|(_, row)| fits(row)).map(|(place, _)| place);
        places.next().filter(|_| places.next().is_none())
    };
    if id.is_some() {
        return only(&|row| row.cell(id).parse::<ErpId>().is_ok_and(|shown| shown == customer.id));
    }
    if let Some(wanted) = customer.account.as_deref().filter(|_| account.is_some()) {
        return only(&|row| row.cell(account) == wanted);
    }
    only(&|row| one_line(row.cell(name)).eq_ignore_ascii_case(&one_line(&customer.name)))
}

/// The choice loads addresses and discounts; then the lines can be begun.
async fn await_chosen(turn: &Turn<'_>, customer: &CustomerChoice) -> Result<(), ErpError> {
    let limits = turn.limits();
    let step = Step {
        name: "order: customer",
        expected: "the chosen customer, and \"New\" over the lines",
        limit: limits.lookup,
    };
    let ready = format!(
        "__archibald.idle({}) && !__archibald.lookupIsOpen('customer') && !!__archibald.lineCommand('AddNew') \
         && __archibald.editor('CUSTTABLE').value",
        limits.idle_hold.as_millis()
    );
    let shown: String = turn.until(step, &ready).await?;
    let same = one_line(&shown).eq_ignore_ascii_case(&one_line(&customer.name))
        || customer.account.as_deref().is_some_and(|account| shown.contains(account));
    if !same {
        tracing::warn!(
            shown,
            wanted = customer.name,
            "the ERP shows another name for the customer that was chosen by key"
        );
    }
    Ok(())
}

/// Names wrap in exports and carry double spaces; a lookup shows them on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(id: &str, account: Option<&str>, name: &str) -> CustomerChoice {
        CustomerChoice {
            id: id.parse().expect("it is an id"),
            account: account.map(str::to_owned),
            name: name.to_owned(),
            city: None,
        }
    }

    fn table(captions: &[&str], rows: &[&[&str]]) -> Table {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        Table {
            captions: owned(captions),
            rows: rows.iter().map(|cells| TableRow { id: String::new(), cells: owned(cells) }).collect(),
        }
    }

    #[test]
    fn namesakes_are_told_apart_by_id_then_by_account() {
        let wanted = choice("57185", Some("123456"), "Studio Rossi");
        let with_ids = table(
            &["ID", "PROFILO CLIENTE:", "NOME"],
            &[&["57.184", "", "Studio Rossi"], &["57.185", "", "Studio Rossi"]],
        );
        assert_eq!(find(&with_ids, &wanted), Some(1));
        let without =
            table(&["PROFILO CLIENTE:", "NOME"], &[&["123456", "Studio Rossi"], &["9", "Studio Rossi"]]);
        assert_eq!(find(&without, &wanted), Some(0));
    }

    #[test]
    fn a_name_that_two_rows_have_chooses_nobody() {
        let rows = table(&["NOME"], &[&["Studio Rossi"], &["STUDIO  ROSSI"]]);
        assert_eq!(find(&rows, &choice("1", None, "Studio Rossi")), None);
        let similar = table(&["NOME"], &[&["Studio Rossini"]]);
        assert_eq!(find(&similar, &choice("1", None, "Studio Rossi")), None);
    }
}
