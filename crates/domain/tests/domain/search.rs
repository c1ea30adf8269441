//! Shows which spellings meet in a search.

use domain::search_key;
use proptest::prelude::*;

#[test]
fn spellings_of_one_name_have_one_key() {
    for (written, key) in [
        ("S.r.l.", "srl"),
        ("S. R. L.", "srl"),
        ("SRL", "srl"),
        ("Città di Castello", "citta di castello"),
        ("CITTA' DI CASTELLO", "citta di castello"),
        ("Rossi & Figli S.n.c.", "rossi figli snc"),
        ("D'Angelo", "dangelo"),
        ("D’Angelo", "dangelo"),
        ("Bianchi/Verdi - Milano", "bianchi verdi milano"),
        ("G. B. Verdi", "gb verdi"),
        ("AB12XY.104.023", "ab12xy104023"),
        ("«Müller»\u{a0}\n Straße", "muller strasse"),
        ("perche\u{301}", "perche"),
        ("+39 06 1234", "39 06 1234"),
        ("İstanbul", "istanbul"),
        ("Łódź, Škoda, Žižek, Ærø, Œuvre", "lodz skoda zizek aero oeuvre"),
        ("Αθήνα 1º piano", "αθήνα 1o piano"),
        ("...", ""),
        ("", ""),
    ] {
        assert_eq!(search_key(written), key, "{written:?}");
    }
}

#[test]
fn no_accented_latin_letter_is_left() {
    for letter in ('\u{c0}'..='\u{17f}').filter(|letter| letter.is_alphabetic()) {
        let key = search_key(&letter.to_string());
        assert!(!key.is_empty() && key.is_ascii(), "{letter} became {key}");
    }
}

proptest! {
    #[test]
    fn folding_twice_changes_nothing(text: String, latin in "[A-Za-zÀ-ÿĀ-ſ .'&/0-9-]{0,30}") {
        for text in [text, latin] {
            let key = search_key(&text);
            prop_assert_eq!(search_key(&key), key);
        }
    }

    #[test]
    fn case_and_surrounding_space_do_not_matter(text in "[A-Za-zàèéìòù .'&]{0,30}") {
        let key = search_key(&text);
        prop_assert_eq!(&search_key(&text.to_uppercase()), &key);
        prop_assert_eq!(search_key(&format!(" {text}\n")), key);
    }
}
