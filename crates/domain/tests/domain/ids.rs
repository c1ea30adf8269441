//! Shows what each identifier accepts, and that each is read back as it is written.

use domain::{AgentId, ArticleId, ContentHash, DraftId, ErpId, FormSessionId, LineId, Marker, SyncType};
use proptest::prelude::*;

fn erp_id(text: &str) -> Option<String> {
    text.parse::<ErpId>().ok().map(String::from)
}

#[test]
fn an_erp_id_loses_its_separators_and_nothing_else() {
    assert_eq!(erp_id("57.185").as_deref(), Some("57185"));
    assert_eq!(erp_id("57,185").as_deref(), Some("57185"));
    assert_eq!(erp_id("55.220").as_deref(), Some("55220"));
    assert_eq!(erp_id(" 50\u{a0}").as_deref(), Some("50"));
    assert_eq!(erp_id("1.234.567").as_deref(), Some("1234567"));
    assert_eq!(erp_id("0042").as_deref(), Some("42"));
}

#[test]
fn an_id_that_lost_its_trailing_zero_is_refused() {
    for wrong in [
        "55.22",
        "5.5",
        "1.2.3",
        "0",
        "0.000",
        "",
        ".",
        "12a",
        "-5",
        "1.234,567",
        "1234.567",
        "9999999999999999999",
    ] {
        assert_eq!(erp_id(wrong), None, "{wrong}");
    }
}

#[test]
fn an_account_name_is_safe_as_a_file_name() {
    assert_eq!("Agente1".parse::<AgentId>().unwrap().as_str(), "agente1");
    for wrong in ["", "../etc", ".hidden", "a/b", "a b", "è", "a\0", &"a".repeat(65)] {
        assert!(wrong.parse::<AgentId>().is_err(), "{wrong}");
    }
}

#[test]
fn a_marker_is_two_groups_of_four() {
    assert_eq!(Marker::from_bits(0).as_str(), "0000-0000");
    assert_eq!(Marker::from_bits(u64::MAX).as_str(), "ZZZZ-ZZZZ");
    for wrong in ["", "A7K39QF2", "A7K3-9QFU", "a7k3-9qf2", "A7K3-9QF22", "A7K3–9QF"] {
        assert!(wrong.parse::<Marker>().is_err(), "{wrong}");
    }
}

#[test]
fn a_hash_sees_text_and_not_its_wrapping() {
    let hash = |cells: &[&str]| ContentHash::of_cells(cells);
    assert_eq!(hash(&["Rossi  &\nFigli", ""]), hash(&["Rossi & Figli ", " "]));
    assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
    assert_ne!(hash(&["a b"]), hash(&["a", "b"]));
    assert_ne!(hash(&["a"]), hash(&["a", ""]));
    // The hash is stored: were it ever computed otherwise, every row would be written anew.
    insta::assert_snapshot!(hash(&["57.185", "Rossi & Figli"]), @"1b29dc46d60e7dcf480affaaf06e140a4d02beac2a86968153230cd03062857d");
}

#[test]
fn an_unknown_sync_type_names_the_known_ones() {
    assert_eq!("ddt".parse(), Ok(SyncType::Ddt));
    let message = "clients".parse::<SyncType>().unwrap_err().to_string();
    assert!(message.ends_with("one of orders, customers, ddt, invoices, prices, products"), "{message}");
}

proptest! {
    #[test]
    fn every_grouped_id_is_the_plain_one(key in 1_u64..1_000_000_000_000_000_000) {
        let plain = key.to_string();
        for separator in ['.', ',', '\u{a0}'] {
            let mut grouped = String::new();
            for (place, digit) in plain.chars().enumerate() {
                if place > 0 && (plain.len() - place).is_multiple_of(3) {
                    grouped.push(separator);
                }
                grouped.push(digit);
            }
            prop_assert_eq!(erp_id(&grouped), Some(plain.clone()));
        }
    }

    #[test]
    fn markers_differ_where_their_bits_do(bits in 0_u64..1 << 40, other in 0_u64..1 << 40) {
        let marker = Marker::from_bits(bits);
        prop_assert_eq!(marker.as_str().parse(), Ok(marker.clone()));
        prop_assert_eq!(marker == Marker::from_bits(other), bits == other);
    }

    #[test]
    fn every_hash_is_read_back(bytes: [u8; 32]) {
        prop_assert_eq!(ContentHash(bytes).to_string().parse(), Ok(ContentHash(bytes)));
    }

    #[test]
    fn no_text_makes_an_id_panic_and_what_is_accepted_is_canonical(text in any::<String>(), near in "[-0-9A-Za-z.,_ \u{a0}]{0,20}") {
        for text in [text, near] {
            if let Ok(id) = text.parse::<AgentId>() {
                prop_assert_eq!(id.as_str().parse(), Ok(id.clone()));
            }
            if let Ok(id) = text.parse::<ErpId>() {
                prop_assert!(id.as_str().bytes().all(|byte| byte.is_ascii_digit()));
                prop_assert_eq!(id.as_str().parse(), Ok(id.clone()));
            }
            if let Ok(id) = text.parse::<ArticleId>() {
                prop_assert_eq!(id.as_str().parse(), Ok(id.clone()));
            }
            let _ = text.parse::<Marker>();
            let _ = text.parse::<ContentHash>();
            let _ = text.parse::<SyncType>();
            let _ = text.parse::<DraftId>();
        }
    }

    #[test]
    fn uuids_are_read_back(bits: u128) {
        let uuid = uuid::Uuid::from_u128(bits);
        prop_assert_eq!(DraftId(uuid).to_string().parse(), Ok(DraftId(uuid)));
        prop_assert_eq!(LineId(uuid).to_string().parse(), Ok(LineId(uuid)));
        prop_assert_eq!(FormSessionId(uuid).to_string().parse(), Ok(FormSessionId(uuid)));
    }
}
