//! Draws what happened last in a world, so that a failing seed can be read like a story.

use std::collections::VecDeque;

use crate::{Action, Command, FormEnd, LeaseKey, Notice, RunEnd};

/// Steps kept for the journal of a failing seed.
const STEPS_MAX: usize = 40;

/// The last steps of a world.
#[derive(Debug, Default)]
pub(super) struct Journal(VecDeque<(u64, Command, Vec<Action>)>);

impl Journal {
    /// Notes a step at `steady` milliseconds.
    pub(super) fn note(&mut self, steady: u64, command: Command, actions: Vec<Action>) {
        // A tick that changes nothing is no news.
        if matches!(command, Command::Tick | Command::Progress { .. }) && actions.is_empty() {
            return;
        }
        if self.0.len() == STEPS_MAX {
            self.0.pop_front();
        }
        self.0.push_back((steady, command, actions));
    }

    /// One line per step: when, what was told to the board, what it decided.
    pub(super) fn picture(&self) -> String {
        let line = |(at, command, actions): &(u64, Command, Vec<Action>)| {
            let decided: Vec<_> = actions.iter().map(decision).collect();
            let arrow = if decided.is_empty() { "" } else { " → " };
            format!("{:>10.1} s  {}{arrow}{}\n", *at as f64 / 1_000.0, event(command), decided.join(" · "))
        };
        self.0.iter().map(line).collect()
    }
}

fn decision(action: &Action) -> String {
    match action {
        Action::Start(start) => {
            let scope = match start.token.scope() {
                domain::Scope::Shared => String::new(),
                domain::Scope::Agent(agent) => format!(" of {agent}"),
            };
            format!("start {}{scope} in {} as {}", start.work, start.login, start.token.number())
        }
        Action::AskYield(token) => format!("yield {token}"),
        Action::DropWorker(token) => format!("drop {token}"),
        Action::AnswerForm(key, end) => {
            let end = match end {
                FormEnd::Synced { .. } => "synced",
                FormEnd::Fresh => "fresh",
                FormEnd::Failed { .. } => "failed",
                FormEnd::Left => "left",
            };
            format!("tell {} {end}", tab(key))
        }
    }
}

fn tab(key: &LeaseKey) -> String {
    format!("tab {} of {}", key.session.0.as_u128(), key.agent)
}

fn event(command: &Command) -> String {
    match command {
        Command::Tick => "time passes".to_owned(),
        Command::Boot => "the process starts".to_owned(),
        Command::Stop => "the process stops".to_owned(),
        Command::ClockMoved { by_ms } => format!("the clock jumps by {} s", by_ms / 1_000),
        Command::AddLogin(agent) => format!("{agent} signs in"),
        Command::RemoveLogin(agent) => format!("{agent} is gone"),
        Command::Hold { login, until, .. } => format!("{login} is held until {}", until.0),
        Command::EndHold(login) => format!("{login} is released"),
        Command::Spend { login, logins, requests } => {
            format!("{login} costs {logins} logins, {requests} requests")
        }
        Command::Reconnected(agent) => format!("a page of {agent} is back"),
        Command::Ask { agent, kind } => format!("{agent} asks for {kind}"),
        Command::LookUp { agent, kind } => format!("{agent} looks up {kind}"),
        Command::AskPlacement { agent, draft, at_once } => {
            format!("{agent} sends draft {}{}", draft.0.as_u128(), if *at_once { ", now" } else { "" })
        }
        Command::EnterForm(key) => format!("{} enters", tab(key)),
        Command::Beat(agent, beat) => {
            let tab = tab(&LeaseKey::new(agent.clone(), beat.session_id));
            format!("{tab} beats{}", if beat.active { " with input" } else { "" })
        }
        Command::Release(key) => format!("{} leaves", tab(key)),
        Command::BindStream(key) => format!("{} has a stream", tab(key)),
        Command::UnbindStream(key) => format!("{} loses its stream", tab(key)),
        Command::Checkpoint { token, cursor, .. } => format!("{token} stores page {}", cursor.0),
        Command::Progress { token, .. } => format!("{token} is alive"),
        Command::RunEnded { token, end } => format!("{token} {}", run_end(end)),
        Command::SetInterval { kind, interval } => format!("{kind} every {} min", interval.0 / 60_000),
        Command::Publish(agent, Notice::PlacementChanged(_)) => format!("a placement of {agent} changed"),
        Command::ExpectForm(agent) => format!("{agent} is about to open a form"),
        Command::Publish(agent, Notice::DraftChanged(_)) => format!("a draft of {agent} changed"),
    }
}

fn run_end(end: &RunEnd) -> String {
    match end {
        RunEnd::Done { .. } => "is done".to_owned(),
        RunEnd::Unchanged { .. } => "finds no change".to_owned(),
        RunEnd::Yielded => "yields".to_owned(),
        RunEnd::Later { after } => format!("goes on in {} ms", after.0),
        RunEnd::Failed { kind, .. } => format!("fails: {kind:?}"),
        RunEnd::Dropped => "is dropped".to_owned(),
    }
}
