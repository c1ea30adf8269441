//! Says in the agent's words why the ERP did not do what it was asked to.

use erp::ErpError;

/// One clause, without a full stop.
pub(super) fn why(error: &ErpError) -> String {
    match error {
        ErpError::Unreachable { .. } => "Archibald non ha risposto in tempo".to_owned(),
        ErpError::LoggedOut => "Archibald ha chiuso la sessione".to_owned(),
        ErpError::WrongPassword { message } => format!("Archibald rifiuta l’accesso: {message}"),
        ErpError::ScreenChanged { screen, .. } => screen_words(screen),
        ErpError::Rejected { reason } => reason.clone(),
        ErpError::BadExport { .. } => "Archibald ha dato un file illeggibile".to_owned(),
        ErpError::BrowserLost { .. } => "Il browser del server si è interrotto".to_owned(),
        ErpError::Cancelled => "L’invio è stato interrotto".to_owned(),
    }
}

const LIST: &str = "L’elenco degli ordini di Archibald non si legge";

/// What did not go as expected at a step of the ERP client.
fn screen_words(screen: &str) -> String {
    let words = match screen {
        "order: form" => "Il modulo d’ordine di Archibald non si apre come previsto",
        "order: customer" => "Il cliente non si apre in Archibald",
        "order: reference"
        | "order: notes"
        | "order: delivery date"
        | "order: discount"
        | "order: line discount" => {
            "Archibald non tiene i dati dell’ordine (riferimento, note, data o sconto)"
        }
        "order: new line"
        | "order: article"
        | "order: quantity"
        | "order: line discount %"
        | "order: update line"
        | "order: verify line"
        | "order: take up line"
        | "order: lines" => "Archibald non tiene una riga come è stata scritta",
        "order: check" => "Le righe in Archibald non sono quelle dell’ordine",
        "order: delivery" => "Archibald non tiene l’indirizzo di consegna",
        "order: save" => "Il salvataggio in Archibald non va come previsto",
        "orders: read" => LIST,
        list if list.starts_with("list: ") => LIST,
        "order: read" => "L’ordine non si apre in Archibald",
        other => return format!("Archibald non si presenta come previsto ({other})"),
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_that_has_changed_is_told_by_what_was_being_done() {
        let changed = |screen: &str| ErpError::ScreenChanged {
            screen: screen.to_owned(),
            expected: "an open row".to_owned(),
            snapshot: Box::default(),
        };
        assert_eq!(why(&changed("order: customer")), "Il cliente non si apre in Archibald");
        assert!(why(&changed("elsewhere")).ends_with("(elsewhere)"));
    }
}
