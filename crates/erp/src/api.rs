//! Asks the REST API that some installations have for the customers that changed since a moment.
//!
//! The question is put by the page of the web session, so it goes the way every other request to the ERP goes: the same
//! host, certificate decisions and cookies. Pages of the answer come oldest change first; what was changed at the moment
//! where one ends is asked for again, because several changes may share it.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use domain::{ContentHash, Customer, ErpId, ExportedRow};
use serde::Deserialize;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{ErpError, session::Work};

/// What is asked of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiQuestion {
    /// Its path on the ERP's host, such as `/api/customers`.
    pub path: String,
    /// Customers changed at or after this moment, by the ERP's clock; `None` asks for all.
    pub modified_since: Option<OffsetDateTime>,
    /// Customers in one answer at most; more answers are asked for as needed.
    pub limit: usize,
    /// After so long no further answer is asked for.
    pub within: Duration,
}

/// What the API has answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChangedCustomers {
    /// Each customer once, as it is now.
    pub rows: Vec<ExportedRow<Customer>>,
    /// Fields that the API does not tell of every one of them, as JSON names them: what is known of those stays.
    pub missing_fields: Vec<String>,
    /// The latest change among them, by the ERP's clock.
    pub newest: Option<OffsetDateTime>,
    /// Requests it took.
    pub requests: u32,
    /// Whether that is all that changed; what is left has changed at or after `newest`.
    pub complete: bool,
}

/// Asks until an answer is not full, or the time is over.
pub(crate) async fn changed_customers(
    work: &mut Work<'_>,
    question: &ApiQuestion,
) -> Result<ChangedCustomers, ErpError> {
    at_the_erp(work).await?;
    let began = Instant::now();
    let mut requests = 0;
    let mut gathered = Gathered::default();
    let mut next = question.clone();
    let mut most = 0;
    loop {
        requests += 1;
        let Answer { changed, total } = ask(work, &next).await?;
        let (count, limit) = (changed.len(), next.limit);
        let newest = gathered.take(changed)?;
        // One that grows no further although more was asked for has a limit of its own, and may have held something back.
        let held_back = total.is_some_and(|total| count < total) || (limit > question.limit && count <= most);
        if count < limit && !held_back {
            return Ok(gathered.finish(requests, true));
        }
        most = most.max(count);
        if newest > next.modified_since {
            next = ApiQuestion { modified_since: newest, ..question.clone() };
        } else if count < limit {
            return Err(ErpError::bad_export("more customers changed in one moment than one answer holds"));
        } else {
            next.limit *= 2;
        }
        if began.elapsed() >= question.within {
            return Ok(gathered.finish(requests, false));
        }
    }
}

/// The page must stand somewhere in the ERP, signed in, to ask anything of its host.
async fn at_the_erp(work: &mut Work<'_>) -> Result<(), ErpError> {
    const THERE: &str =
        "location.pathname.startsWith('/Archibald/') && !/Login\\.aspx/i.test(location.pathname)";
    match work.turn().ask::<bool>("api", THERE).await {
        Ok(true) => Ok(()),
        Ok(false) | Err(ErpError::Unreachable { .. }) => work.open("api", "Default.aspx").await,
        Err(error) => Err(error),
    }
}

/// What the page's script brings back.
#[derive(Debug, Deserialize)]
struct Fetched {
    status: u16,
    body: String,
}

async fn ask(work: &Work<'_>, question: &ApiQuestion) -> Result<Answer, ErpError> {
    let limit: Duration = work.turn().limits().api;
    let script = script(question, &work.basic_credentials(), limit);
    let fetched: Fetched = work.turn().ask("api", &script).await?;
    match fetched.status {
        200..300 => read(&fetched.body).map_err(ErpError::bad_export),
        500.. => Err(ErpError::unreachable(format!("the API answers {}", fetched.status))),
        other => Err(ErpError::rejected(format!("the API answers {other} to {}", question.path))),
    }
}

/// The question in the page's words. Every value in it is written as a JSON text, so none can be taken for script.
fn script(question: &ApiQuestion, credentials: &str, limit: Duration) -> String {
    let since = question.modified_since.and_then(|since| since.format(&Rfc3339).ok());
    let asked = json!({
        "path": question.path, "since": since, "limit": question.limit,
        "credentials": credentials, "ms": u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
    });
    format!("__archibald.askApi({asked})")
}

/// One customer of an answer.
struct Changed {
    customer: Customer,
    at: OffsetDateTime,
    /// Fields of a customer that it does not have.
    missing: BTreeSet<String>,
}

/// One answer of the API.
struct Answer {
    changed: Vec<Changed>,
    /// How many customers fit the question, in this answer or not, if it says so.
    total: Option<usize>,
}

/// The answer is `{"total": 1, "customers": [{…, "modifiedAt": "2026-01-22T10:00:00Z"}]}`, with or without a total, or the
/// bare list.
fn read(body: &str) -> Result<Answer, String> {
    let answer: Value =
        serde_json::from_str(body).map_err(|error| format!("the API's answer is no JSON: {error}"))?;
    let list = answer.get("customers").unwrap_or(&answer).as_array();
    let list = list.ok_or("the API's answer has no list of customers")?;
    let total = answer.get("total").and_then(Value::as_u64).and_then(|total| usize::try_from(total).ok());
    Ok(Answer { changed: list.iter().map(changed).collect::<Result<_, _>>()?, total })
}

fn changed(item: &Value) -> Result<Changed, String> {
    let at =
        item.get("modifiedAt").and_then(Value::as_str).ok_or("a customer of the API has no modifiedAt")?;
    let at = OffsetDateTime::parse(at, &Rfc3339).map_err(|error| format!("modifiedAt {at:?}: {error}"))?;
    let mut fields = item.as_object().cloned().unwrap_or_default();
    // A customer's texts are never empty.
    for value in fields.values_mut().filter(|value| value.as_str().is_some_and(|text| text.trim().is_empty()))
    {
        *value = Value::Null;
    }
    let told: BTreeSet<String> = fields.keys().cloned().collect();
    let customer = Customer::deserialize(Value::Object(fields))
        .map_err(|error| format!("a customer of the API is unreadable: {error}"))?;
    let all = serde_json::to_value(&customer).expect("texts and numbers are JSON");
    let all = all.as_object().into_iter().flat_map(|all| all.keys().cloned());
    Ok(Changed { customer, at, missing: all.filter(|field| !told.contains(field)).collect() })
}

/// What the answers have brought so far; a customer that changed again meanwhile counts as it was last.
#[derive(Default)]
struct Gathered {
    customers: BTreeMap<ErpId, Customer>,
    missing: BTreeSet<String>,
    newest: Option<OffsetDateTime>,
}

impl Gathered {
    /// Takes one answer; its latest change.
    fn take(&mut self, mut page: Vec<Changed>) -> Result<Option<OffsetDateTime>, ErpError> {
        if !page.is_sorted_by_key(|changed| changed.at) {
            return Err(ErpError::bad_export("the API's customers are not in the order of their changes"));
        }
        let newest = page.last().map(|changed| changed.at);
        self.missing.extend(page.iter_mut().flat_map(|changed| std::mem::take(&mut changed.missing)));
        self.customers
            .extend(page.into_iter().map(|changed| (changed.customer.id.clone(), changed.customer)));
        self.newest = self.newest.max(newest);
        Ok(newest)
    }

    fn finish(self, requests: u32, complete: bool) -> ChangedCustomers {
        let rows = self.customers.into_values().map(|record| ExportedRow { hash: hash(&record), record });
        ChangedCustomers {
            rows: rows.collect(),
            missing_fields: self.missing.into_iter().collect(),
            newest: self.newest,
            requests,
            complete,
        }
    }
}

/// Another one than the export's for the same customer; the store then compares the values themselves.
fn hash(customer: &Customer) -> ContentHash {
    let text = serde_json::to_string(customer).expect("texts and numbers are JSON");
    ContentHash::of_cells(["api".to_owned(), text])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(changes: &[(&str, &str)]) -> String {
        let customer =
            |(id, at): &(&str, &str)| json!({ "id": id, "name": format!("Cliente {id}"), "modifiedAt": at });
        json!({ "total": 9, "customers": changes.iter().map(customer).collect::<Vec<_>>() }).to_string()
    }

    #[test]
    fn an_answer_is_read_with_or_without_its_wrapping() {
        let wrapped = answer(&[("7", "2026-01-22T10:00:00Z")]);
        let bare = serde_json::from_str::<Value>(&wrapped).unwrap()["customers"].to_string();
        for body in [wrapped, bare] {
            let read = read(&body).unwrap().changed;
            assert_eq!((read.len(), read[0].customer.name.as_str()), (1, "Cliente 7"));
        }
        for wrong in
            ["", "[1]", "{}", r#"[{"id":"1","name":"x"}]"#, r#"[{"modifiedAt":"2026-01-22T10:00:00Z"}]"#]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_customer_that_changed_twice_counts_once() {
        let mut gathered = Gathered::default();
        for page in [
            &[("7", "2026-01-22T10:00:00Z"), ("8", "2026-01-22T11:00:00Z")],
            &[("8", "2026-01-22T11:00:00Z"), ("7", "2026-01-22T12:00:00Z")],
        ] {
            gathered.take(read(&answer(page)).unwrap().changed).unwrap();
        }
        let done = gathered.finish(2, true);
        assert_eq!((done.rows.len(), done.requests), (2, 2));
        assert_eq!(done.newest.unwrap().format(&Rfc3339).unwrap(), "2026-01-22T12:00:00Z");
    }

    #[test]
    fn what_an_answer_does_not_tell_is_named_and_what_is_blank_is_nothing() {
        let body = json!([{ "id": "7", "name": "Rossi", "city": " ", "modifiedAt": "2026-01-22T10:00:00Z" }]);
        let mut gathered = Gathered::default();
        gathered.take(read(&body.to_string()).unwrap().changed).unwrap();
        let done = gathered.finish(1, true);
        assert_eq!(done.rows[0].record.city, None);
        let missing = |field: &str| done.missing_fields.iter().any(|name| name == field);
        assert!(missing("vatNumber") && !missing("city") && !missing("name"), "{:?}", done.missing_fields);
    }

    #[test]
    fn answers_in_another_order_are_refused() {
        let page = read(&answer(&[("7", "2026-01-22T12:00:00Z"), ("8", "2026-01-22T11:00:00Z")])).unwrap();
        assert!(Gathered::default().take(page.changed).is_err());
    }

    #[test]
    fn no_value_of_a_question_can_become_script() {
        let path = "/api/\"); alert(1); (\"".to_owned();
        let question = ApiQuestion { path, modified_since: None, limit: 5, within: Duration::ZERO };
        let script = script(&question, "x", Duration::from_secs(1));
        assert!(script.contains(r#"/api/\"); alert(1); (\""#), "{script}");
    }
}
