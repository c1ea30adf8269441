//! Chooses where an order goes, when its draft says so.
//!
//! This is the last step before the save: every callback of a line sets the address back to the customer's own
//! (facts/erp.md §4.1). The ERP offers the addresses it knows of the customer; a draft names one of them in the agent's
//! words, so an address is the one that has all of these words, and house numbers where the agent has them.

use super::{form, placed::folded};
use crate::{
    ErpError,
    page::{Step, Turn},
};

const NAME: &str = "order: delivery";
const FIELD: &str = "DELIVERYPOSTALADDRESS";

/// Chooses the one address that is meant; an order is refused with the ERP's addresses when none or several are.
pub(super) async fn choose(turn: &Turn<'_>, wanted: &str) -> Result<(), ErpError> {
    let limit = turn.limits().popup;
    let field = Step { name: NAME, expected: "a field for the delivery address", limit };
    turn.until::<bool>(field, &format!("__archibald.reveal(__archibald.editor('{FIELD}'))")).await?;
    turn.click(field, &format!("__archibald.dropdownArrow('{FIELD}')")).await?;
    let list = Step { name: NAME, expected: "a list of delivery addresses", limit };
    let offered: Vec<String> = turn.until(list, &format!("__archibald.dropdownTexts('{FIELD}')")).await?;
    let Some(place) = meant(&offered, wanted) else { return Err(refusal(&offered, wanted)) };
    turn.click(list, &format!("__archibald.dropdownItem('{FIELD}', {place})")).await?;
    turn.idle(NAME).await?;
    if folded(&form::value(turn, NAME, FIELD).await?) == folded(&offered[place]) {
        return Ok(());
    }
    Err(turn.screen_changed(NAME, format!("a delivery address {:?} that stays", offered[place])).await)
}

/// Whether an address has every word that was written, and each number behind the word it was written behind: the 7 of a
/// street is not that of a flat. Postcodes stand anywhere.
pub(super) fn is_meant(address: &str, wanted: &str) -> bool {
    let (there, wanted) = (words(address), words(wanted));
    wanted.iter().enumerate().all(|(place, word)| match place.checked_sub(1).map(|before| &wanted[before]) {
        Some(before) if is_house_number(word) => {
            there.windows(2).any(|pair| pair[0] == *before && pair[1] == *word)
        }
        _ => there.contains(word),
    })
}

fn is_house_number(word: &str) -> bool {
    let postcode = word.len() == 5 && word.bytes().all(|letter| letter.is_ascii_digit());
    has_digit(word) && !postcode
}

/// The one that is meant: the only one with all the words, or the only one with these words and no others.
fn meant(offered: &[String], wanted: &str) -> Option<usize> {
    let only = |fits: &dyn Fn(&str) -> bool| {
        let mut places =
            offered.iter().enumerate().filter(|(_, address)| fits(address)).map(|(place, _)| place);
        places.next().filter(|_| places.next().is_none())
    };
    only(&|address| is_meant(address, wanted))
        .or_else(|| only(&|address| is_meant(address, wanted) && is_meant(wanted, address)))
}

fn refusal(offered: &[String], wanted: &str) -> ErpError {
    let fitting: Vec<&str> =
        offered.iter().map(String::as_str).filter(|address| is_meant(address, wanted)).collect();
    if fitting.is_empty() {
        let known = offered.join(" · ");
        return ErpError::rejected(format!(
            "L’indirizzo di consegna «{wanted}» non è tra quelli del cliente in Archibald: {known}"
        ));
    }
    ErpError::rejected(format!(
        "L’indirizzo di consegna «{wanted}» non dice quale di questi: {}",
        fitting.join(" · ")
    ))
}

/// What introduces a house number, for some.
const NUMBER_SIGNS: [&str; 4] = ["n", "nr", "num", "numero"];

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<String> = parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect();
    let introduces = |place: usize| {
        NUMBER_SIGNS.contains(&words[place].as_str())
            && words.get(place + 1).is_some_and(|next| has_digit(next))
    };
    (0..words.len()).filter(|place| !introduces(*place)).map(|place| words[place].clone()).collect()
}

fn has_digit(word: &str) -> bool {
    word.contains(|letter: char| letter.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered() -> Vec<String> {
        [
            "Studio Riva, Via Roma 1 20900 Monza",
            "Studio Riva, Via Roma 12 20121 Milano",
            "Magazzino, Via Po 3 20121 Milano",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    #[test]
    fn an_address_is_meant_by_words_of_its_own() {
        assert_eq!(meant(&offered(), "via roma 12"), Some(1));
        assert_eq!(meant(&offered(), "Via Roma, 1"), Some(0));
        assert_eq!(meant(&offered(), "magazzino"), Some(2));
        assert_eq!(meant(&offered(), "Via Roma"), None, "two have these words");
        assert_eq!(meant(&offered(), "Via Napoli"), None);
        assert_eq!(meant(&offered(), "20121 Milano, via Roma n. 12"), Some(1), "a postcode stands anywhere");
        let flats =
            ["Via Monte Alto 120 - scala B, interno 7", "Ambulatorio 3, Via Roma 10"].map(str::to_owned);
        assert_eq!(meant(&flats, "Via Monte Alto 7"), None, "that is a flat");
        assert_eq!(meant(&flats, "Via Monte Alto 120 interno 7"), Some(0));
        assert_eq!(meant(&flats, "Via Roma 3"), None);
        assert_eq!(meant(&["Via Po 3 scala M".to_owned()], "Via Po 3 scala N"), None);
        let with_a_longer_one = ["Via Roma 1", "Via Roma 1 interno 4"].map(str::to_owned);
        assert_eq!(meant(&with_a_longer_one, "Via Roma 1"), Some(0), "exactly these words");
    }

    #[test]
    fn a_refusal_offers_what_there_is() {
        let words = |wanted| refusal(&offered(), wanted).to_string();
        assert!(words("Via Napoli").contains("Magazzino, Via Po 3"), "{}", words("Via Napoli"));
        assert!(words("Via Roma").contains("quale") && !words("Via Roma").contains("Magazzino"));
    }
}
