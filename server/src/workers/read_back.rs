//! Tells the agent, in their words, where the ERP holds another order than was sent.

use domain::{Quantity, format_cents, format_percent, format_quantity};
use erp::Difference;

/// One sentence per difference.
pub(super) fn sentences(differences: &[Difference]) -> Vec<String> {
    differences.iter().map(sentence).collect()
}

fn sentence(difference: &Difference) -> String {
    match difference {
        Difference::Marker { found } => format!("Riferimento in Archibald: «{found}»"),
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
