//! What goes first: classes, ageing, coalescing, fairness, slots.

use domain::{ErrorKind, SyncType, WaitReason};
use insta::assert_snapshot;
use orchestrator::{Answer, Command, Config, Verdict};

use crate::stage::{Stage, agent, anna};

#[test]
fn waiting_syncs_start_by_priority() {
    let mut stage = Stage::settled();
    for kind in [SyncType::Products, SyncType::Invoices, SyncType::Ddt, SyncType::Orders] {
        stage.ask(kind);
    }
    stage.run_out();
    assert_snapshot!(stage.picture(), @"start products · done products · start orders · done orders · start ddt · done ddt · start invoices · done invoices");
}

#[test]
fn asking_again_joins_the_queued_twin_but_never_a_running_pass() {
    let mut stage = Stage::settled();
    let running = stage.ask(SyncType::Orders);
    assert_eq!((running.coalesced, running.position, running.waiting_because), (false, 0, None));
    let next = stage.ask(SyncType::Orders);
    assert_eq!(
        (next.coalesced, next.position, next.waiting_because),
        (false, 1, Some(WaitReason::LoginBusy))
    );
    let joined = stage.ask(SyncType::Orders);
    assert_eq!((joined.coalesced, joined.ticket), (true, next.ticket));
    stage.wait(1);
    stage.run_out();
    assert_snapshot!(stage.picture(), @"start orders · done orders · start orders · done orders");
}

#[test]
fn a_yielded_task_merges_with_its_twin_and_reads_anew_for_the_later_request() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Products);
    stage.page("products");
    stage.wait(1);
    let twin = stage.ask(SyncType::Products);
    stage.enter(1);
    stage.yields("products");
    assert_snapshot!(stage.picture(), @"start products · yield products · served products · back products · start smart");
    assert!(!stage.status().queue.iter().any(|task| task.ticket == twin.ticket));
    stage.leave(1);
    stage.yields("smart");
    stage.run_out();
    assert_snapshot!(stage.picture(), @"tell tab 1 left · yield smart · cancelled smart · start products · done products");
}

#[test]
fn a_complete_pass_serves_everybody_who_asked_before_it_began() {
    let mut stage = Stage::settled();
    stage.wait(3_600);
    stage.run_out();
    stage.picture();
    stage.wait(120);
    stage.place(1);
    stage.ask(SyncType::Customers);
    stage.enter(1);
    stage.done("placement");
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start placement · done placement · start smart · done smart · tell tab 1 synced");
}

/// Regression: de-duplication by type alone drops agent B's request.
#[test]
fn the_same_type_of_two_agents_is_two_tasks() {
    let mut stage = Stage::settled();
    stage.login("bruno");
    stage.run_out();
    stage.picture();
    let annas = stage.ask_for("anna", SyncType::Orders);
    let brunos = stage.ask_for("bruno", SyncType::Orders);
    assert!(!brunos.coalesced);
    assert_ne!(annas.ticket, brunos.ticket);
    assert_eq!(stage.running(), ["orders of anna", "orders of bruno"]);
}

/// Regression: strict priority starves products for ever.
#[test]
fn products_overtake_orders_that_are_asked_for_without_end() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Orders);
    stage.ask(SyncType::Products);
    let mut minutes = 0;
    while !stage.running().contains(&"products") {
        stage.ask(SyncType::Orders);
        stage.wait(60);
        let label = stage.running()[0].to_owned();
        stage.done(&label);
        minutes += 1;
        assert!(minutes < 60, "products starve");
    }
    // After 25 minutes products weigh as much as fresh orders, after 30 more; which of the two it takes depends on the turn.
    assert!((25..=31).contains(&minutes), "{minutes} minutes");
}

#[test]
fn a_task_that_waited_half_an_hour_runs_despite_an_open_form_and_that_form_does_not_stop_it() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.done("smart");
    stage.ask(SyncType::Products);
    stage.picture();
    stage.type_for_minutes(1, 29);
    assert_snapshot!(stage.picture(), @"");
    stage.type_for_minutes(1, 1);
    assert_snapshot!(stage.picture(), @"start products");
    assert_eq!(stage.page("products"), Verdict::Continue);
    // A person who opens another form still goes first.
    stage.enter(2);
    assert_snapshot!(stage.picture(), @"yield products");
}

#[test]
fn every_background_task_starts_within_half_an_hour_and_a_turn_whatever_the_forms_do() {
    let mut stage = Stage::settled();
    stage.enter(1);
    let mut longest = 0;
    for turn in 1_u128..=4 * 180 {
        // Anna types without end, and opens a new form every three minutes.
        stage.beat(turn / 9 + 1, true);
        if turn % 9 == 8 {
            stage.enter(turn / 9 + 2);
            stage.leave(turn / 9 + 1);
        }
        if turn % 3 == 0 {
            for kind in SyncType::ALL {
                stage.ask(kind);
            }
        }
        stage.wait(20);
        for running in stage.status().current_sync {
            let label = stage.running()[0].to_owned();
            if running.yielding { stage.yields(&label) } else { stage.done(&label) }
        }
        let waited = stage.status().queue.into_iter().map(|task| stage.now.since(task.asked_at).0 / 60_000);
        longest = longest.max(waited.max().unwrap_or(0));
    }
    // Half an hour for the valve, and a turn of five tasks of 20 s with a smart sync in between.
    assert!((30..=33).contains(&longest), "{longest} minutes");
}

#[test]
fn writes_go_first_and_are_never_interrupted() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Products);
    stage.place(1);
    stage.yields("products");
    stage.enter(1);
    stage.place(2);
    assert_eq!(stage.page("placement"), Verdict::Continue);
    stage.done("placement");
    stage.done("placement");
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start products · yield products · back products · start placement · done placement · start placement · done placement · start smart · done smart · tell tab 1 synced");
}

#[test]
fn a_placement_interrupts_a_smart_sync_whose_form_keeps_waiting() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.place(1);
    stage.yields("smart");
    stage.done("placement");
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start smart · yield smart · back smart · start placement · done placement · start smart · done smart · tell tab 1 synced");
}

#[test]
fn asking_twice_for_one_placement_runs_it_once_more_at_most() {
    let mut stage = Stage::settled();
    stage.place(1);
    let second = stage.place(1);
    let third = stage.place(1);
    assert_eq!((second.coalesced, third.coalesced), (false, true));
    stage.run_out();
    assert_snapshot!(stage.picture(), @"start placement · done placement · start placement · done placement · start orders · done orders");
}

#[test]
fn the_regular_chores_hasten_no_placement_and_keep_none_from_another() {
    let mut stage = Stage::settled();
    stage.place(1);
    assert!(stage.sweep(1).coalesced, "it runs");
    stage.fails("placement", ErrorKind::Unreachable);
    assert!(stage.sweep(1).coalesced, "it waits for its next attempt");
    stage.wait(1);
    assert_eq!(stage.running(), [""; 0]);
    assert!(!stage.sweep(2).coalesced);
    assert_eq!(stage.running(), ["placement"], "the other one has nothing to wait for");
    stage.done("placement");
    stage.place(1);
    stage.yields("orders");
    assert_eq!(stage.running(), ["placement"], "its agent does not wait");
}

#[test]
fn two_agents_who_ask_for_everything_at_once_alternate() {
    let config = Config { available: SyncType::ALL.into(), logins_busy_max: 1, ..Config::default() };
    let mut stage = Stage::empty(config);
    stage.login("anna");
    stage.login("bruno");
    stage.run_out();
    stage.picture();
    for name in ["anna", "bruno"] {
        for kind in [SyncType::Orders, SyncType::Ddt, SyncType::Invoices] {
            stage.ask_for(name, kind);
        }
    }
    stage.run_out();
    assert_snapshot!(stage.picture(), @"start orders of anna · done orders of anna · start orders of bruno · done orders of bruno · start ddt of anna · done ddt of anna · start ddt of bruno · done ddt of bruno · start invoices of anna · done invoices of anna · start invoices of bruno · done invoices of bruno");
}

#[test]
fn shared_work_chooses_the_login_of_an_agent_who_is_not_on_a_form() {
    let mut stage = Stage::settled();
    stage.login("bruno");
    stage.run_out();
    stage.wait(61);
    stage.enter(1);
    stage.done("smart of anna");
    stage.ask(SyncType::Products);
    let running = stage.status().current_sync;
    assert_eq!(running.iter().map(|task| task.login.as_str()).collect::<Vec<_>>(), ["bruno"]);
    // Bruno opens a form: the task gives way, and no login is left for it.
    stage.enter_as("bruno", 9);
    stage.yields("products");
    stage.done("smart of bruno");
    assert_eq!(stage.reason(SyncType::Products), Some(WaitReason::OrderFormOpen));
}

#[test]
fn a_service_login_reads_shared_data_whatever_the_agents_do() {
    let config = Config {
        available: SyncType::ALL.into(),
        service_login: Some(agent("service")),
        ..Config::default()
    };
    let mut stage = Stage::empty(config);
    stage.login("service");
    stage.login("anna");
    stage.run_out();
    stage.wait(61);
    stage.enter(1);
    stage.ask(SyncType::Products);
    let logins: Vec<_> = stage.status().current_sync.iter().map(|task| task.login.to_string()).collect();
    assert_eq!(logins, ["anna", "service"]);
}

#[test]
fn when_all_slots_are_busy_a_person_still_gets_one() {
    let config = Config { available: SyncType::ALL.into(), logins_busy_max: 2, ..Config::default() };
    let mut stage = Stage::empty(config);
    for name in ["anna", "bruno", "carla"] {
        stage.login(name);
    }
    stage.run_out();
    stage.wait(61);
    stage.picture();
    stage.ask_for("bruno", SyncType::Ddt);
    stage.ask_for("carla", SyncType::Orders);
    stage.enter(1);
    let waits = stage.status().queue[0].waiting_because;
    assert_eq!(waits, Some(WaitReason::AllSlotsBusy));
    stage.yields("orders of carla");
    assert_snapshot!(stage.picture(), @"start ddt of bruno · start orders of carla · yield orders of carla · back orders of carla · start smart of anna");
}

#[test]
fn prices_wait_for_products_that_are_about_to_be_read() {
    let mut stage = Stage::new();
    assert_eq!(stage.reason(SyncType::Prices), Some(WaitReason::WaitsForProducts));
    stage.run_out();
    assert_snapshot!(stage.picture(), @"start smart · done smart · start products · done products · start prices · done prices");
}

#[test]
fn a_type_without_a_reader_is_refused_and_never_scheduled() {
    let mut stage = Stage::empty(Config::default());
    stage.login("anna");
    assert_eq!(stage.apply(Command::Ask { agent: anna(), kind: SyncType::Ddt }), Answer::NotAvailable);
    stage.wait(3_600);
    stage.run_out();
    let ddt = stage.status().statuses.into_iter().find(|status| status.kind == SyncType::Ddt).unwrap();
    assert!(!ddt.available);
    assert_eq!((ddt.next_due, ddt.last_success), (None, None));
}
