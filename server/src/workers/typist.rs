//! Writes down how far the typing of an order has come, what each step took, and the one step that matters.

use std::time::Instant;

use domain::{Draft, DurationMs, LineId, PlacementProgress, PlacementState, Timestamp};
use erp::{OrderObserver, SavePermission};
use store::{StoreError, TypingStep};

use super::placing::{Placing, Stop};
use crate::{clock::now, failpoint};

/// The step that is repeated for every line.
const LINE: &str = "order: line";

/// Follows one order into the ERP.
pub(super) struct Typist<'a, 'b> {
    placing: &'a Placing<'b>,
    /// Why a step could not be written down.
    fault: Option<StoreError>,
    /// The step that is under way.
    current: Option<(&'static str, Timestamp, Instant)>,
    /// Steps that are not written down yet.
    ended: Vec<TypingStep>,
    lines_done: u32,
    save_permitted: bool,
}

impl<'a, 'b> Typist<'a, 'b> {
    pub(super) fn new(placing: &'a Placing<'b>) -> Self {
        Self { placing, fault: None, current: None, ended: Vec::new(), lines_done: 0, save_permitted: false }
    }

    /// Writes the last steps down, and answers why a step could not be written down, if so.
    pub(super) async fn end(mut self) -> (Option<StoreError>, TypedUntil) {
        let step = self.current.map(|(name, ..)| name);
        self.end_step();
        self.write_steps().await;
        let (lines_done, save_permitted) = (self.lines_done, self.save_permitted);
        (self.fault, TypedUntil { step, lines_done, save_permitted })
    }

    async fn step(&mut self, from: &PlacementState, to: PlacementState) -> bool {
        match self.placing.step(from, to).await {
            Ok(()) => true,
            Err(Stop::Store(fault)) => {
                self.fault = Some(fault);
                false
            }
            Err(Stop::Outcome(_)) => false,
        }
    }

    fn end_step(&mut self) {
        if let Some((name, at, began)) = self.current.take() {
            let took = DurationMs(began.elapsed().as_millis() as u64);
            self.ended.push(TypingStep { at, name, took });
        }
    }

    /// Times are for people and for the next order's estimate. That the customer was come to also counts as an attempt; one
    /// that cannot be written down is not counted.
    async fn write_steps(&mut self) {
        let steps = std::mem::take(&mut self.ended);
        if let Err(error) = self.placing.note_steps(&steps).await {
            tracing::warn!(%error, "the times of an order were not written down");
        }
    }
}

impl OrderObserver for Typist<'_, '_> {
    fn step(&mut self, name: &'static str) {
        self.end_step();
        self.current = Some((name, now(), Instant::now()));
        failpoint::at(name);
    }

    async fn line_done(&mut self, done: u32, total: u32) {
        self.lines_done = done;
        self.end_step();
        self.placing.tell_progress(PlacementProgress { lines_done: done, lines_total: total }).await;
        self.write_steps().await;
    }

    async fn warned(&mut self, words: &str) {
        self.placing.note_in_log("warning", words).await;
    }

    async fn armed(&mut self) {
        self.end_step();
        self.step(&PlacementState::Filling, PlacementState::Armed).await;
    }

    /// The one moment that matters: what is not on disk now will not have been saved.
    async fn before_save(&mut self) -> SavePermission {
        if self.fault.is_none() && self.step(&PlacementState::Armed, PlacementState::Saving).await {
            self.save_permitted = true;
            SavePermission::Save
        } else {
            SavePermission::Abandon
        }
    }
}

/// How far the typing came.
pub(super) struct TypedUntil {
    step: Option<&'static str>,
    lines_done: u32,
    save_permitted: bool,
}

impl TypedUntil {
    /// Whether Save was permitted.
    pub(super) const fn may_have_saved(&self) -> bool {
        self.save_permitted
    }

    /// The line that the ERP's words concern: the one that was being typed, else the only one that they name.
    pub(super) fn refused_line(&self, order: &Draft, words: &str) -> Option<LineId> {
        if self.step == Some(LINE) {
            return order.lines.get(self.lines_done as usize).map(|line| line.id);
        }
        let named = |line: &&domain::DraftLine| {
            words.contains(line.article.as_str()) || (!line.name.is_empty() && words.contains(&line.name))
        };
        let mut lines = order.lines.iter().filter(named);
        lines.next().filter(|_| lines.next().is_none()).map(|line| line.id)
    }
}
