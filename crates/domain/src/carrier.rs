//! Leads from a parcel's number to the page of its carrier.
//!
//! The ERP prints a link of its own beside the number, but its address is malformed (facts/erp.md §3.7), so the link is
//! made anew from carrier and number and nothing else.

/// A carrier whose parcels can be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Carrier {
    FedEx,
    Ups,
    Dhl,
    Tnt,
    Gls,
    /// Once called Bartolini.
    Brt,
    Sda,
}

/// A parcel that can be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackingLink {
    /// Who brings it.
    pub carrier: Carrier,
    /// Its number.
    pub number: String,
    /// The carrier's page about it, with `https`.
    pub url: String,
}

/// Shorter ones were never seen; a longer one is no number.
const NUMBER_CHARS: std::ops::RangeInclusive<usize> = 6..=40;

impl Carrier {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::FedEx, Self::Ups, Self::Dhl, Self::Tnt, Self::Gls, Self::Brt, Self::Sda];

    /// Its name as it writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FedEx => "FedEx",
            Self::Ups => "UPS",
            Self::Dhl => "DHL",
            Self::Tnt => "TNT",
            Self::Gls => "GLS",
            Self::Brt => "BRT",
            Self::Sda => "SDA",
        }
    }

    /// The carrier that a text names as a word of its own: `UPS`, `fedex`, `Corriere BRT`, `Bartolini`.
    pub fn named_in(text: &str) -> Option<Self> {
        let mut words = text.split(|letter: char| !letter.is_alphanumeric());
        words.find_map(|word| {
            if word.eq_ignore_ascii_case("bartolini") {
                return Some(Self::Brt);
            }
            Self::ALL.into_iter().find(|carrier| word.eq_ignore_ascii_case(carrier.name()))
        })
    }

    fn address(self, number: &str) -> String {
        match self {
            Self::FedEx => format!("https://www.fedex.com/fedextrack/?trknbr={number}&locale=it_IT"),
            Self::Ups => format!("https://www.ups.com/track?loc=it_IT&tracknum={number}"),
            Self::Dhl => format!("https://www.dhl.com/it-it/home/tracking.html?tracking-id={number}"),
            Self::Tnt => format!(
                "https://www.tnt.com/express/it_it/site/shipping-tools/tracking.html?searchType=con&cons={number}"
            ),
            Self::Gls => {
                format!("https://gls-group.com/IT/it/servizi-online/ricerca-spedizioni?match={number}")
            }
            Self::Brt => format!(
                "https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz={number}"
            ),
            Self::Sda => format!(
                "https://www.sda.it/wps/portal/Servizi_online/dettaglio-spedizione?locale=it&tracing.letteraVettura={number}"
            ),
        }
    }
}

/// The page of the parcel with this number. The carrier is the one printed beside it, or else the one that the delivery
/// mode names: the ERP often says `UPS` there and nowhere else. `None` when no carrier is known, or when the number has
/// anything but letters and digits in it.
pub fn tracking_link(
    carrier: Option<&str>,
    delivery_mode: Option<&str>,
    number: &str,
) -> Option<TrackingLink> {
    let number: String = number.split_whitespace().collect();
    let sound =
        NUMBER_CHARS.contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let carrier = [carrier, delivery_mode].into_iter().flatten().find_map(Carrier::named_in)?;
    sound.then(|| TrackingLink { carrier, url: carrier.address(&number), number })
}
