//! Pins the JSON that the interface promises, and shows that everything survives a round trip.

use std::{collections::BTreeMap, fmt::Debug};

use domain::{
    AskAnswer, Beat, CircuitName, Class, ContentHash, Customer, Draft, DurationMs, ErrorKind, EventKind,
    Export, ExportedRow, FormSession, FormSessionId, Health, LoginBudget, LoginHold, LoginStatus, Marker,
    Order, PlacedLine, Placement, PlacementProgress, PlacementState, Quantity, QueuedTask, RunningTask,
    Scope, ServiceHealth, SmartSyncAnswer, SmartSyncOutcome, SmartSyncStatus, SyncEvent, SyncFailure,
    SyncStatus, SyncType, Timestamp, TypeState, TypeStatus, Unready, WaitReason, WorkName,
};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::samples::{any_draft, discounted, draft, line};

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("plain data")
}

fn compact(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data")
}

fn back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) {
    let read: T = serde_json::from_str(&compact(value)).expect("what was written");
    assert_eq!(&read, value);
}

fn form() -> FormSessionId {
    FormSessionId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001))
}

fn agent() -> domain::AgentId {
    "agente1".parse().expect("an account name")
}

#[test]
fn a_smart_sync_answers_like_this() {
    let answer = SmartSyncAnswer {
        success: true,
        outcome: SmartSyncOutcome::AlreadyFresh,
        customers_processed: 1_452,
        new_customers: 1,
        updated_customers: 2,
        duration: DurationMs(3_120),
        fresh_as_of: Some(Timestamp(1_768_907_062_000)),
        active_sessions: 1,
        error: None,
        message: "Clienti aggiornati".to_owned(),
    };
    insta::assert_snapshot!(pretty(&answer), @r#"
    {
      "success": true,
      "outcome": "already-fresh",
      "customersProcessed": 1452,
      "newCustomers": 1,
      "updatedCustomers": 2,
      "duration": 3120,
      "freshAsOf": 1768907062000,
      "activeSessions": 1,
      "error": null,
      "message": "Clienti aggiornati"
    }
    "#);
    back(&answer);
}

#[test]
fn work_is_a_sync_type_or_a_placement() {
    insta::assert_snapshot!(compact(&[WorkName::Placement, WorkName::Sync(SyncType::Ddt)]), @r#"["placement","ddt"]"#);
    for kind in SyncType::ALL {
        back(&WorkName::Sync(kind));
    }
    back(&WorkName::Placement);
}

#[test]
fn the_words_of_the_status_are_these() {
    let words = [
        compact(&[Class::Background, Class::Interactive, Class::Write]),
        compact(&[Scope::Shared, Scope::Agent(agent())]),
        compact(&[WaitReason::OrderFormOpen, WaitReason::CircuitOpen, WaitReason::WaitsForProducts]),
        compact(&[TypeState::Idle, TypeState::Completed, TypeState::Error]),
        compact(&[ErrorKind::Unreachable, ErrorKind::WrongPassword, ErrorKind::BadExport]),
        compact(&[CircuitName::Closed, CircuitName::HalfOpen]),
        compact(&[EventKind::SyncStarted, EventKind::SmartSyncTimeout, EventKind::OrderFormEntered]),
        compact(&[Unready::NoLines, Unready::NoCustomer]),
        compact(&FormSession { session_id: form() }),
        compact(&Beat { session_id: form(), active: true }),
    ];
    insta::assert_snapshot!(words.join("\n"), @r#"
    ["background","interactive","write"]
    ["shared",{"agent":"agente1"}]
    ["order form open","circuit open","waits for products"]
    ["idle","completed","error"]
    ["unreachable","wrong-password","bad-export"]
    ["closed","half-open"]
    ["sync-started","smart-sync-timeout","order-form-entered"]
    [{"reason":"no-lines"},{"reason":"no-customer"}]
    {"sessionId":"01900000-0000-7000-8000-000000000001"}
    {"sessionId":"01900000-0000-7000-8000-000000000001","active":true}
    "#);
}

#[test]
fn a_status_reads_like_this() {
    let kind = SyncType::Customers;
    let status = SyncStatus {
        current_sync: vec![RunningTask {
            ticket: 41,
            work: WorkName::Sync(kind),
            scope: Scope::Agent(agent()),
            class: Class::Interactive,
            login: agent(),
            started_at: Timestamp(1_000),
            done: 3,
            total: Some(8),
            yielding: false,
        }],
        queue: vec![QueuedTask {
            ticket: 42,
            work: WorkName::Placement,
            scope: Scope::Agent(agent()),
            class: Class::Write,
            asked_at: Timestamp(2_000),
            run_at: None,
            effective_priority: 9,
            waiting_because: Some(WaitReason::LoginBusy),
        }],
        statuses: vec![TypeStatus {
            kind,
            state: TypeState::Running,
            available: true,
            last_success: None,
            last_error: Some(SyncFailure {
                at: Timestamp(500),
                kind: ErrorKind::ScreenChanged,
                message: "no export button".to_owned(),
            }),
            failures_in_row: 1,
            next_due: Some(Timestamp(9_000)),
            interval: kind.default_interval(),
            waiting_because: None,
            rows: Some(1_452),
        }],
        health: Health { all_healthy: false, services: BTreeMap::from([(kind, ServiceHealth::Stale)]) },
        smart_sync: SmartSyncStatus {
            active_sessions: 0,
            syncs_paused: false,
            safety_timeout_active: false,
            sessions: Vec::new(),
        },
        logins: vec![LoginStatus {
            login: agent(),
            busy_with: Some(41),
            circuit: CircuitName::Closed,
            open_until: None,
            auth_needed: false,
            held: Some(LoginHold { reason: "the ERP is being updated".to_owned(), until: Timestamp(8_000) }),
            budget: LoginBudget { logins_today: 2, logins_per_day_max: 20, requests_today: 31 },
        }],
        next_due: BTreeMap::from([(kind, Timestamp(9_000))]),
        as_of_event: 77,
    };
    insta::assert_snapshot!(pretty(&status), @r#"
    {
      "currentSync": [
        {
          "ticket": 41,
          "work": "customers",
          "scope": {
            "agent": "agente1"
          },
          "class": "interactive",
          "login": "agente1",
          "startedAt": 1000,
          "done": 3,
          "total": 8,
          "yielding": false
        }
      ],
      "queue": [
        {
          "ticket": 42,
          "work": "placement",
          "scope": {
            "agent": "agente1"
          },
          "class": "write",
          "askedAt": 2000,
          "runAt": null,
          "effectivePriority": 9,
          "waitingBecause": "login busy"
        }
      ],
      "statuses": [
        {
          "type": "customers",
          "state": "running",
          "available": true,
          "lastSuccess": null,
          "lastError": {
            "at": 500,
            "kind": "screen-changed",
            "message": "no export button"
          },
          "failuresInRow": 1,
          "nextDue": 9000,
          "interval": 1800000,
          "waitingBecause": null,
          "rows": 1452
        }
      ],
      "health": {
        "allHealthy": false,
        "services": {
          "customers": "stale"
        }
      },
      "smartSync": {
        "activeSessions": 0,
        "syncsPaused": false,
        "safetyTimeoutActive": false,
        "sessions": []
      },
      "logins": [
        {
          "login": "agente1",
          "busyWith": 41,
          "circuit": "closed",
          "openUntil": null,
          "authNeeded": false,
          "held": {
            "reason": "the ERP is being updated",
            "until": 8000
          },
          "budget": {
            "loginsToday": 2,
            "loginsPerDayMax": 20,
            "requestsToday": 31
          }
        }
      ],
      "nextDue": {
        "customers": 9000
      },
      "asOfEvent": 77
    }
    "#);
    back(&status);
}

#[test]
fn an_event_leaves_out_what_it_does_not_concern() {
    let event = SyncEvent {
        number: 12,
        at: Timestamp(1_768_907_062_000),
        scope: Scope::Agent(agent()),
        what: EventKind::SyncCompleted,
        kind: Some(SyncType::Customers),
        ticket: Some(41),
        session_id: None,
        draft_id: None,
        done: None,
        total: None,
        new_rows: Some(1),
        updated_rows: Some(0),
        error: None,
        duration: None,
    };
    insta::assert_snapshot!(compact(&event), @r#"{"number":12,"at":1768907062000,"scope":{"agent":"agente1"},"what":"sync-completed","type":"customers","ticket":41,"newRows":1,"updatedRows":0}"#);
    back(&event);
}

#[test]
fn asking_for_a_sync_answers_like_this() {
    let answer = AskAnswer {
        ticket: 41,
        coalesced: true,
        position: 2,
        waiting_because: Some(WaitReason::OrderFormOpen),
    };
    insta::assert_snapshot!(compact(&answer), @r#"{"ticket":41,"coalesced":true,"position":2,"waitingBecause":"order form open"}"#);
    back(&answer);
}

fn placement(order: Draft, state: PlacementState) -> Placement {
    let sent_at = order.edited_at;
    Placement {
        state,
        progress: Some(PlacementProgress { lines_done: 3, lines_total: 12 }),
        differences: vec!["Riga 1: quantità 5, in Archibald 4".to_owned()],
        ..Placement::queued(order, Marker::from_bits(0x1234_5678), sent_at)
    }
}

#[test]
fn a_placement_reads_like_this() {
    let order = draft(vec![discounted(line(5, 12_345), "10+5")]);
    let placement = placement(order, PlacementState::Placed { number: "12345".to_owned() });
    insta::assert_snapshot!(pretty(&placement), @r#"
    {
      "draftId": "00000000-0000-0000-0000-000000000007",
      "marker": "0093-8NKR",
      "state": "placed",
      "number": "12345",
      "note": null,
      "progress": {
        "linesDone": 3,
        "linesTotal": 12
      },
      "order": {
        "id": "00000000-0000-0000-0000-000000000007",
        "version": 0,
        "customer": null,
        "lines": [
          {
            "id": "00000000-0000-0000-0000-000000000001",
            "article": "012345K2",
            "name": "AB12XY.104.023",
            "description": null,
            "quantity": 500,
            "unitPrice": 12345,
            "priceUnit": 100,
            "discount": [
              1000,
              500
            ],
            "systemDiscount": 0,
            "vat": 2200
          }
        ],
        "headerDiscount": 0,
        "customerReference": null,
        "requestedDelivery": null,
        "deliveryAddress": null,
        "notes": null,
        "createdAt": 1768907062000,
        "editedAt": 1768907062000
      },
      "submittedAt": 1768907062000,
      "changedAt": 1768907062000,
      "differences": [
        "Riga 1: quantità 5, in Archibald 4"
      ],
      "typingSince": null,
      "usual": null,
      "refusedLine": null,
      "seen": [],
      "screenshot": null
    }
    "#);
    back(&placement);
}

#[test]
fn a_draft_written_by_an_older_page_can_still_be_read() {
    let oldest = r#"{"id":"00000000-0000-0000-0000-000000000007","version":0,"customer":null,"lines":[],
        "createdAt":1768907062000,"editedAt":1768907062000}"#;
    assert_eq!(serde_json::from_str::<Draft>(oldest).unwrap(), draft(Vec::new()));
}

#[test]
fn an_export_carries_its_rows_with_hexadecimal_hashes() {
    let line = PlacedLine {
        name: "AB12XY.104.023".to_owned(),
        article: None,
        quantity: Quantity::pieces(5),
        unit_price: None,
        system_discount: domain::Percent(0),
        discount: domain::Percent(1_000),
        amount: None,
    };
    let export = Export {
        rows: vec![ExportedRow { record: line, hash: ContentHash([0xab; 32]) }],
        missing_columns: vec!["email".to_owned()],
        unknown_columns: vec!["NUOVA COLONNA".to_owned()],
    };
    insta::assert_snapshot!(compact(&export), @r#"{"rows":[{"record":{"name":"AB12XY.104.023","article":null,"quantity":500,"unitPrice":null,"systemDiscount":0,"discount":1000,"amount":null},"hash":"abababababababababababababababababababababababababababababababab"}],"missingColumns":["email"],"unknownColumns":["NUOVA COLONNA"]}"#);
    back(&export);
}

#[test]
fn dates_in_entities_are_written_as_iso() {
    let order: Order = serde_json::from_str(
        r#"{"id":"57.185","customerName":"Rossi","createdAt":"2026-01-20 12:04:22.0","deliveryDate":"2026-01-21"}"#,
    )
    .unwrap();
    insta::assert_snapshot!(
        format!("{} {} {}", order.id, compact(&order.created_at), compact(&order.delivery_date)), @r#"57185 "2026-01-20 12:04:22.0" "2026-01-21""#
    );
    back(&order);
    let customer: Customer = serde_json::from_str(r#"{"id":"50","name":"Bianchi"}"#).unwrap();
    back(&customer);
}

#[test]
fn bad_ids_in_json_are_errors() {
    assert!(serde_json::from_str::<domain::AgentId>(r#""../x""#).is_err());
    assert!(serde_json::from_str::<domain::ErpId>(r#""0""#).is_err());
    assert!(serde_json::from_str::<Marker>(r#""nope""#).is_err());
    assert!(serde_json::from_str::<ContentHash>(r#""AB""#).is_err());
}

fn any_state() -> impl Strategy<Value = PlacementState> {
    prop_oneof![
        Just(PlacementState::Queued),
        Just(PlacementState::Filling),
        Just(PlacementState::Armed),
        Just(PlacementState::Saving),
        Just(PlacementState::Unknown),
        any::<String>().prop_map(|number| PlacementState::Placed { number }),
        any::<String>().prop_map(|number| PlacementState::Verified { number }),
        any::<String>().prop_map(|reason| PlacementState::Rejected { reason }),
        any::<String>().prop_map(|reason| PlacementState::NeedsAttention { reason }),
    ]
}

proptest! {
    #[test]
    fn every_draft_and_placement_survives_a_round_trip(order in any_draft(), state in any_state()) {
        back(&order);
        back(&placement(order, state));
    }
}
