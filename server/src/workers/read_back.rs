//! Compares a placed order with what was sent, and tells the agent, in their words, where the ERP holds another one.

use domain::{
    ErpId, Marker, Placement, PlacementState, Quantity, format_cents, format_date, format_percent,
    format_quantity,
};
use erp::{Difference, ErpError, ErpSession, PlacedOrder};
use store::Attention;
use tokio_util::sync::CancellationToken;

use super::placing::{Placing, Stop};
use crate::clock::now;

/// What a person can do who knows better.
const AGAIN: &str = "Se è proprio questo, confermalo di nuovo.";

impl Placing<'_> {
    /// Compares what the ERP holds with what was sent: `placed → verified`, or the differences are noted.
    pub(super) async fn read_back(&self, placement: &Placement, number: &str) -> Result<(), Stop> {
        let named = self.data.named_by_a_person(self.draft).await?;
        let mut session = self.session(false).await?;
        let logins = session.logins();
        let read = self.watched(read(&mut session, placement, number, named > 0)).await;
        self.job.pulse.spent(session.logins() - logins, 1);
        let order = match read {
            Ok(order) => {
                self.put_back(session);
                order
            }
            Err(error) => {
                session.close().await;
                return self.not_read_back(placement, number, named, &error).await;
            }
        };
        let mut differences = order.differences(&placement.order, &placement.marker);
        if named > 0 {
            if let Some(reason) = self.another_order(number, named, &order, &differences).await? {
                return self.ask_once_more(placement, reason).await;
            }
            // They know it under another reference, or under none; another sending's marker is told.
            let marked = marker_in(&order.reference).is_some();
            let known_so = |difference: &Difference| {
                matches!(difference, Difference::Marker { .. } | Difference::Reference { .. })
            };
            differences.retain(|difference| marked || !known_so(difference));
        }
        let differences = sentences(&differences);
        if differences.is_empty() {
            let number = order.number.unwrap_or_else(|| order.id.to_string());
            return self.step(&placement.state, PlacementState::Verified { number }).await;
        }
        tracing::warn!(draft = %self.draft, ?differences, "the ERP holds another order than was sent");
        self.note(&differences).await
    }

    /// Why the order that a person named seems not to be the one that was sent. What another placement has it is not;
    /// another customer's, or one with another marker, it is only if they say so again.
    async fn another_order(
        &self,
        number: &str,
        named: u32,
        order: &PlacedOrder,
        differences: &[Difference],
    ) -> Result<Option<String>, Stop> {
        let its = [Some(order.id.to_string()), order.number.clone()];
        for known in its.into_iter().flatten() {
            if self.data.is_anothers(self.draft, &known).await? {
                return Ok(Some(format!("L’ordine n. {number} in Archibald è quello di un altro invio.")));
            }
        }
        let own = !differences.iter().any(|difference| matches!(difference, Difference::Marker { .. }));
        if own || named > 1 {
            return Ok(None);
        }
        if let Some(marker) = marker_in(&order.reference) {
            return Ok(Some(format!(
                "L’ordine n. {number} in Archibald ha il riferimento di un altro invio ({marker}). {AGAIN}"
            )));
        }
        Ok(differences.iter().find_map(|difference| match difference {
            Difference::Customer { found, .. } => {
                Some(format!("L’ordine n. {number} in Archibald è di un altro cliente: {found}. {AGAIN}"))
            }
            _ => None,
        }))
    }

    /// `placed → needs-attention`, with what was seen before.
    async fn ask_once_more(&self, placement: &Placement, reason: String) -> Result<(), Stop> {
        let (seen, screenshot) = (placement.seen.clone(), placement.screenshot.clone());
        self.ask_a_person(&placement.state, Attention { reason, seen, screenshot }).await
    }

    /// An ERP that cannot be reached is asked again. Else the order is in the ERP all the same, and its agent is told; if
    /// only a person has said so, they are asked once more.
    async fn not_read_back(
        &self,
        placement: &Placement,
        number: &str,
        named: u32,
        error: &ErpError,
    ) -> Result<(), Stop> {
        let outcome = self.workers.erp_failed(self.job, error);
        match error {
            ErpError::Unreachable { .. }
            | ErpError::LoggedOut
            | ErpError::WrongPassword { .. }
            | ErpError::BrowserLost { .. }
            | ErpError::Cancelled => Err(Stop::Outcome(outcome)),
            ErpError::ScreenChanged { .. } if named == 1 => {
                let reason = format!("L’ordine n. {number} non si è potuto leggere in Archibald. {AGAIN}");
                self.ask_once_more(placement, reason).await
            }
            ErpError::Rejected { .. } if named > 0 => {
                let reason = format!("L’ordine n. {number} non si trova in Archibald.");
                self.ask_once_more(placement, reason).await
            }
            ErpError::ScreenChanged { .. } | ErpError::Rejected { .. } | ErpError::BadExport { .. } => {
                self.note(&["Non è stato possibile rileggerlo".to_owned()]).await
            }
        }
    }

    async fn note(&self, differences: &[String]) -> Result<(), Stop> {
        self.data.set_differences(&self.job.token, self.draft, differences, now()).await?;
        self.workers.tell(self.job, self.draft).await;
        Ok(())
    }
}

/// The order as the ERP holds it. A pending one has an id and no number yet; one that is known by its number is searched
/// for. What a person typed is searched for first, because it may be a number without its letters.
async fn read(
    session: &mut ErpSession,
    placement: &Placement,
    number: &str,
    by_a_person: bool,
) -> Result<PlacedOrder, ErpError> {
    let cancel = CancellationToken::new();
    let as_id = number.parse::<ErpId>().ok();
    let id = match as_id {
        Some(id) if !by_a_person => id,
        as_id => {
            let mut found = match session.find_by_number(number, &cancel).await {
                // It may be an id, under which an order opens whatever the list shows.
                Err(ErpError::ScreenChanged { .. }) if as_id.is_some() => None,
                found => found?,
            };
            if found.is_none() && !by_a_person {
                found = session.find_by_marker(&placement.marker, &cancel).await?.into_iter().next();
            }
            let missing = || ErpError::Rejected { reason: format!("order {number} is not in the list") };
            found.map(|found| found.id).or(as_id).ok_or_else(missing)?
        }
    };
    session.read_order(&id, &cancel).await
}

/// The marker in a reference, whoever's it is.
fn marker_in(reference: &str) -> Option<&str> {
    reference.split_whitespace().find(|word| word.parse::<Marker>().is_ok())
}

/// One sentence per difference.
fn sentences(differences: &[Difference]) -> Vec<String> {
    differences.iter().map(sentence).collect()
}

fn sentence(difference: &Difference) -> String {
    match difference {
        Difference::Marker { found } => format!("Riferimento in Archibald: «{found}»"),
        Difference::Reference { sent, found } => {
            format!("Riferimento in Archibald: «{found}» invece di «{sent}»")
        }
        Difference::DeliveryDate { sent, found } => {
            format!("Data di consegna «{found}» invece di {}", format_date(*sent))
        }
        Difference::Notes { found } => format!("Note in Archibald: «{found}»"),
        Difference::Customer { sent, found } => format!("Cliente «{found}» invece di «{sent}»"),
        Difference::Delivery { sent, found } => format!("Consegna a «{found}» invece che a «{sent}»"),
        Difference::LineCount { sent, found } => format!("Righe in Archibald: {found} invece di {sent}"),
        Difference::Quantity { article, found: Quantity(0), .. } => format!("{article}: manca in Archibald"),
        Difference::Quantity { article, sent: Quantity(0), .. } => {
            format!("{article}: in Archibald c’è una riga che non è stata inviata")
        }
        Difference::Quantity { article, sent, found } => {
            format!("{article}: quantità {} invece di {}", format_quantity(*found), format_quantity(*sent))
        }
        Difference::Discount { article, sent, found } => {
            format!("{article}: sconto {} invece di {}", format_percent(*found), format_percent(*sent))
        }
        Difference::GroupDiscount { article, found } => {
            format!(
                "{article}: Archibald applica uno sconto di {} che non è stato chiesto",
                format_percent(*found)
            )
        }
        Difference::Amount { article, sent, found } => {
            format!("{article}: importo {} invece di {}", format_cents(*found), format_cents(*sent))
        }
        Difference::Price { article, sent, found } => {
            format!("{article}: prezzo {} invece di {}", format_cents(*found), format_cents(*sent))
        }
        Difference::HeaderDiscount { sent, found } => {
            format!("Sconto sul totale {} invece di {}", format_percent(*found), format_percent(*sent))
        }
        Difference::Total { sent, found } => {
            format!("Totale {} invece di {}", format_cents(*found), format_cents(*sent))
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{Cents, Percent};

    use super::*;

    #[test]
    fn differences_are_told_with_what_is_there_first() {
        let article = || "012345K2".to_owned();
        let told = sentences(&[
            Difference::Discount { article: article(), sent: Percent(0), found: Percent(2_000) },
            Difference::Quantity { article: article(), sent: Quantity::pieces(5), found: Quantity(0) },
            Difference::Total { sent: Cents(123_456), found: Cents(98_765) },
        ]);
        assert!(told[0].starts_with("012345K2: sconto 20"), "{told:?}");
        assert_eq!(told[1], "012345K2: manca in Archibald");
        assert!(told[2].starts_with("Totale 987,65") && told[2].contains("1.234,56"), "{told:?}");
    }
}
