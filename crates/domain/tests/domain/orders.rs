//! Follows parcels to their carriers, and names where orders stand.

use domain::{Carrier, Invoice, Order, OrderState, tracking_link};
use serde_json::json;

fn url(carrier: Option<&str>, mode: Option<&str>, number: &str) -> Option<String> {
    tracking_link(carrier, mode, number).map(|link| format!("{}: {}", link.carrier.name(), link.url))
}

#[test]
fn a_parcel_leads_to_the_page_of_its_carrier() {
    let links = ["fedex", "ups", "dhl", "tnt", "gls", "bartolini", "sda"]
        .map(|carrier| url(Some(carrier), None, "1Z999AA10123456784").unwrap());
    insta::assert_snapshot!(links.join("\n"), @r"
    FedEx: https://www.fedex.com/fedextrack/?trknbr=1Z999AA10123456784&locale=it_IT
    UPS: https://www.ups.com/track?loc=it_IT&tracknum=1Z999AA10123456784
    DHL: https://www.dhl.com/it-it/home/tracking.html?tracking-id=1Z999AA10123456784
    TNT: https://www.tnt.com/express/it_it/site/shipping-tools/tracking.html?searchType=con&cons=1Z999AA10123456784
    GLS: https://gls-group.com/IT/it/servizi-online/ricerca-spedizioni?match=1Z999AA10123456784
    BRT: https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz=1Z999AA10123456784
    SDA: https://www.sda.it/wps/portal/Servizi_online/dettaglio-spedizione?locale=it&tracing.letteraVettura=1Z999AA10123456784
    ");
}

#[test]
fn the_delivery_mode_names_the_carrier_where_the_parcel_does_not() {
    assert!(url(None, Some("UPS"), "1Z9990001").unwrap().starts_with("UPS: "));
    assert!(url(Some("corriere"), Some("FedEx"), "123456789012").unwrap().starts_with("FedEx: "));
    assert!(url(Some("fedex"), Some("UPS"), "123456789012").unwrap().starts_with("FedEx: "));
    assert_eq!(url(None, Some("Mittente"), "123456789012"), None);
}

#[test]
fn nothing_but_letters_and_digits_becomes_part_of_an_address() {
    for number in ["", "12345", "1234567&x=1", "../../123456", "\"><script>", &"9".repeat(41)] {
        assert_eq!(url(Some("ups"), None, number), None, "{number}");
    }
    let wrapped = tracking_link(Some("ups"), None, "1Z999\nAA10 123").unwrap();
    assert_eq!(wrapped.number, "1Z999AA10123");
}

#[test]
fn a_carrier_is_named_by_a_whole_word() {
    assert_eq!(Carrier::named_in("Corriere BRT espresso"), Some(Carrier::Brt));
    assert_eq!(Carrier::named_in("groups"), None);
}

#[test]
fn an_order_stands_where_the_erp_says() {
    let order = |number: Option<&str>, status: &str| -> Option<OrderState> {
        let order = json!({ "id": "1", "customerName": "x", "number": number, "salesStatus": status });
        serde_json::from_value::<Order>(order).unwrap().state()
    };
    assert_eq!(order(None, "Ordine aperto"), Some(OrderState::Pending));
    assert_eq!(order(Some("ORD/26000123"), "Ordine aperto"), Some(OrderState::Open));
    assert_eq!(order(Some("ORD/26000123"), "Fatturato"), Some(OrderState::Invoiced));
    assert_eq!(order(Some("ORD/26000123"), "Canceled"), Some(OrderState::Cancelled));
    assert_eq!(order(Some("ORD/26000123"), "Nessuno"), None);
}

#[test]
fn a_credit_note_is_told_by_its_number_or_its_sign() {
    let invoice = |number: &str, amount: i64| {
        let invoice = json!({ "number": number, "amount": amount });
        serde_json::from_value::<Invoice>(invoice).unwrap().is_credit_note()
    };
    assert!(invoice("NC/26000012", -100) && invoice("CF1/26000013", -100));
    assert!(!invoice("CF1/26000013", 100));
}
