//! Sends drafts one after another, and asks before sending what looks sent already or will probably be refused.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Concern, Draft, DraftId, DurationMs, Placement, PlacementState, Timestamp};
use leptos::prelude::*;

use crate::{
    browser, client,
    drafts::Drafts,
    error::{ApiError, ErrorCode},
};

/// How long ago an equal order makes sending another one worth a question.
const TWIN_AGE: DurationMs = DurationMs::minutes(10);

/// What is being sent from this page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sending {
    /// What was sent before, newest first; `None` until the server has said.
    pub placements: RwSignal<Option<Vec<Placement>>>,
    /// Drafts on their way to the server.
    busy: RwSignal<BTreeSet<DraftId>>,
    /// Drafts that look sent already, until the agent has decided.
    pub doubted: RwSignal<BTreeSet<DraftId>>,
    /// What the agent should know of drafts before they are sent, until they have decided.
    pub concerns: RwSignal<BTreeMap<DraftId, Vec<Concern>>>,
}

impl Sending {
    /// Whether anything is on its way to the server.
    pub fn is_busy(self) -> bool {
        self.busy.with(|busy| !busy.is_empty())
    }

    /// Whether this draft is on its way to the server.
    pub fn is_sending(self, id: DraftId) -> bool {
        self.busy.with(|busy| busy.contains(&id))
    }

    /// Sends one draft, unless it is already being sent or looks sent already. Answers whether it went.
    pub async fn send(self, drafts: Drafts, draft: &Draft) -> Result<bool, ApiError> {
        if self.looks_sent(draft) {
            self.doubted.update(|doubted| {
                doubted.insert(draft.id);
            });
            return Ok(false);
        }
        if !self.begin(draft.id) {
            return Ok(false);
        }
        // Without an answer nothing is lost but a warning; the ERP has the last word.
        let concerns = client::review(draft).await.unwrap_or_default();
        if !concerns.is_empty() {
            self.concerns.try_update(|all| all.insert(draft.id, concerns));
            self.end(draft.id);
            return Ok(false);
        }
        self.place(drafts, draft.id).await
    }

    /// Sends one draft, unless it is already being sent. Answers whether it went.
    pub async fn send_anyway(self, drafts: Drafts, id: DraftId) -> Result<bool, ApiError> {
        if self.begin(id) { self.place(drafts, id).await } else { Ok(false) }
    }

    /// Whether this draft was not on its way already.
    fn begin(self, id: DraftId) -> bool {
        self.busy.try_update(|busy| busy.insert(id)).unwrap_or(false)
    }

    fn end(self, id: DraftId) {
        self.busy.try_update(|busy| busy.remove(&id));
    }

    async fn place(self, drafts: Drafts, id: DraftId) -> Result<bool, ApiError> {
        let answer = drafts.place(id).await;
        self.end(id);
        let placement = answer?;
        self.decided(id);
        self.placements.try_update(|known| {
            let known = known.get_or_insert_default();
            known.retain(|other| other.draft_id != placement.draft_id);
            known.insert(0, placement);
        });
        Ok(true)
    }

    /// Sends every draft that is complete, oldest first. Answers how many went, and why the last one did not.
    pub async fn send_all(self, drafts: Drafts) -> (u32, Option<ErrorCode>) {
        let mut ready: Vec<Draft> = untrack(|| drafts.shown()).into_iter().map(|kept| kept.draft).collect();
        ready.retain(|draft| draft.unready().is_empty());
        ready.reverse();
        let (mut sent, mut failure) = (0, None);
        for draft in ready {
            match self.send(drafts, &draft).await {
                Ok(went) => sent += u32::from(went),
                // One bad order does not hold up the next; without a network none would go.
                Err(error) => failure = Some(error.code),
            }
            if failure == Some(ErrorCode::Offline) {
                break;
            }
        }
        (sent, failure)
    }

    /// How many drafts wait for the agent's decision.
    pub fn held(self) -> usize {
        self.doubted.with_untracked(BTreeSet::len) + self.concerns.with_untracked(BTreeMap::len)
    }

    /// The agent has decided about a draft.
    pub fn decided(self, id: DraftId) {
        self.doubted.try_update(|doubted| doubted.remove(&id));
        self.concerns.try_update(|concerns| concerns.remove(&id));
    }

    fn looks_sent(self, draft: &Draft) -> bool {
        self.placements
            .with_untracked(|known| has_twin(draft, known.as_deref().unwrap_or_default(), browser::now()))
    }
}

/// Whether the same lines were sent for the same customer a few minutes ago.
pub fn has_twin(draft: &Draft, placements: &[Placement], now: Timestamp) -> bool {
    let same = |order: &Draft| {
        let customer = |draft: &Draft| draft.customer.as_ref().map(|customer| customer.id.clone());
        let wanted = |draft: &Draft| {
            let mut lines: Vec<_> = draft
                .lines
                .iter()
                .map(|line| (line.article.clone(), line.quantity, line.discount.0.clone()))
                .collect();
            lines.sort();
            lines
        };
        customer(order) == customer(draft) && wanted(order) == wanted(draft)
    };
    placements.iter().any(|sent| {
        let came_back = matches!(sent.state, PlacementState::Rejected { .. } | PlacementState::Withdrawn);
        !came_back
            && sent.draft_id != draft.id
            && now.since(sent.submitted_at) < TWIN_AGE
            && same(&sent.order)
    })
}

#[cfg(test)]
mod tests {
    use domain::{
        ArticleId, CustomerChoice, DiscountCascade, DraftLine, LineId, Marker, Percent, Quantity, VatRate,
    };

    use super::*;

    fn draft(id: u128, customer: &str, pieces: &[i64]) -> Draft {
        let line = |(place, pieces): (usize, &i64)| DraftLine {
            id: LineId(uuid::Uuid::from_u128(id * 100 + place as u128)),
            article: "012345K2".parse::<ArticleId>().unwrap(),
            name: "AB12".into(),
            description: None,
            quantity: Quantity::pieces(*pieces),
            unit_price: None,
            price_unit: Quantity::pieces(1),
            discount: DiscountCascade::default(),
            system_discount: Percent(0),
            vat: VatRate::default(),
        };
        Draft {
            customer: Some(CustomerChoice {
                id: customer.parse().unwrap(),
                account: None,
                name: "Rossi".into(),
                city: None,
            }),
            lines: pieces.iter().enumerate().map(line).collect(),
            ..Draft::new(DraftId(uuid::Uuid::from_u128(id)), Timestamp(0))
        }
    }

    fn sent(order: Draft, at: Timestamp) -> Placement {
        Placement::queued(order, Marker::from_bits(1), at)
    }

    #[test]
    fn the_same_lines_for_the_same_customer_within_ten_minutes_are_doubted() {
        let then = Timestamp(1_000_000);
        let before = [sent(draft(1, "57185", &[5, 3]), then)];
        let soon = then.plus(DurationMs::minutes(9));
        assert!(has_twin(&draft(2, "57185", &[3, 5]), &before, soon));
        assert!(!has_twin(&draft(2, "57185", &[3, 6]), &before, soon));
        assert!(!has_twin(&draft(2, "57186", &[3, 5]), &before, soon));
        assert!(!has_twin(&draft(2, "57185", &[3, 5]), &before, then.plus(DurationMs::minutes(10))));
    }

    #[test]
    fn a_refused_order_is_no_reason_to_doubt_its_correction() {
        let mut before = sent(draft(1, "57185", &[5]), Timestamp(0));
        before.state = PlacementState::Rejected { reason: "no".into() };
        assert!(!has_twin(&draft(2, "57185", &[5]), &[before], Timestamp(1)));
    }
}
