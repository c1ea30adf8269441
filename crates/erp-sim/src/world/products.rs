//! Invents articles and their package variants (facts/erp.md §3.4).

use std::collections::BTreeMap;

use domain::{ArticleId, Cents, Percent, Product, Quantity, VatRate};
use fastrand::Rng;
use time::{Duration, PrimitiveDateTime, Time};

use super::{World, generator, names::pick};

/// The group that the row filter saved in a new account's profile lets through; about every eleventh article.
pub(crate) const SAVED_FILTER_GROUP: &str = "04";

const GROUPS: [(&str, &str); 11] = [
    ("01", "Frese al carburo"),
    ("02", "Frese diamantate"),
    ("03", "Lucidatori"),
    ("04", "Strumenti sonici"),
    ("05", "Dischi & separatori"),
    ("06", "Spazzolini per contrangolo"),
    ("07", "Perni radicolari"),
    ("08", "Strumenti per implantologia"),
    ("09", "Kit \"Endo\""),
    ("10", "Cere / Paste"),
    ("11", "Accessori vari"),
];

const THINGS: &[&str] = &[
    "Fresa a fessura",
    "Fresa conica",
    "Lucidatore a fiamma",
    "Disco sottile",
    "Punta per contrangolo",
    "Strumento a pera",
    "Gommino per ceramica",
    "Kit preparazione corone",
    "Perno calibrato",
    "Spazzola con setole",
    "Punta sonica",
];

const TRAITS: &[&str] = &[
    "grana fine",
    "grana extra-grossa, più lunga",
    "con gambo rinforzato",
    "per metalli & leghe",
    "per resina",
    "qualità \"Oro\"",
    "ø 1/10 mm",
    "taglio incrociato",
    "lunga durata, uso con abbondante raffreddamento ad acqua",
];

/// Package variants: suffix and content. Families disagree about what a suffix means, as in the real catalogue.
const FAMILIES: [&[(&str, i64)]; 6] = [
    &[("K3", 1), ("K2", 5)],
    &[("K2", 1), ("K3", 5)],
    &[("R0", 1)],
    &[("K2", 5)],
    &[("K3", 1), ("K2", 5), ("K1", 10)],
    &[("R1", 6), ("R0", 1)],
];

/// All variants of the world, by article id.
pub(super) fn generate(world: &World) -> BTreeMap<ArticleId, Product> {
    let mut rng = generator(world.seed, 2);
    let mut all = BTreeMap::new();
    let mut number = 0_u32;
    let mut record = 3_100_u64;
    while all.len() < world.products {
        number += rng.u32(1..=180).min(999_999 / world.products.max(1) as u32).max(1);
        let article = Article::invent(&mut rng, number);
        for (suffix, content) in article.family.iter().take(world.products - all.len()) {
            record += rng.u64(1..9);
            let product = article.variant(&mut rng, suffix, *content, record, world);
            all.insert(product.id.clone(), product);
        }
    }
    all
}

struct Article {
    number: u32,
    name: String,
    parts: [String; 3],
    description: String,
    group: (&'static str, &'static str),
    vat: i32,
    family: &'static [(&'static str, i64)],
}

impl Article {
    fn invent(rng: &mut Rng, number: u32) -> Self {
        // The number stands in the figure, so that names are unique; a tenth of the names ends with a dot.
        let figure = match rng.u8(0..3) {
            0 => format!("{}{number:04}", rng.char('A'..='Z')),
            1 => format!("{}{}{number}{}", rng.char('A'..='Z'), rng.char('A'..='Z'), rng.char('A'..='Z')),
            _ => format!("{number}"),
        };
        let shank = pick(rng, &["104", "204", "314", "316", "000"]).to_owned();
        let size = if rng.u8(0..10) == 0 { String::new() } else { format!("{:03}", rng.u16(5..60)) };
        Self {
            number,
            name: format!("{figure}.{shank}.{size}"),
            parts: [figure, shank, size],
            description: format!("{} {}", pick(rng, THINGS), pick(rng, TRAITS)),
            group: GROUPS[rng.usize(0..GROUPS.len())],
            vat: *[22, 22, 22, 22, 22, 22, 22, 4, 10, 5].get(rng.usize(0..10)).expect("ten rates"),
            family: FAMILIES[rng.usize(0..FAMILIES.len())],
        }
    }

    fn variant(&self, rng: &mut Rng, suffix: &str, content: i64, record: u64, world: &World) -> Product {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let moment = |rng: &mut Rng, days: std::ops::Range<i64>| {
            let day = world.today - Duration::days(rng.i64(days));
            PrimitiveDateTime::new(day, Time::MIDNIGHT + Duration::seconds(rng.i64(25_000..68_000)))
        };
        Product {
            id: ArticleId::try_from(format!("{:06}{suffix}", self.number)).expect("digits and a suffix"),
            name: self.name.clone(),
            description: Some(self.description.clone()),
            search_name: Some(self.name.clone()),
            group: text(self.group.0),
            group_id: Some(format!("GR{}", self.group.0)),
            group_description: text(self.group.1),
            package_content: Some(Quantity::pieces(content)),
            price_unit: Some(Quantity::pieces(1)),
            quantity_minimum: Some(Quantity::pieces(content)),
            quantity_multiple: Some(Quantity::pieces(content)),
            quantity_maximum: Some(Quantity::pieces(if rng.u8(0..4) == 0 { 1_000 } else { 0 })),
            quantity_default: Some(Quantity::pieces(content)),
            quantity_standard: Some(Quantity::pieces(1)),
            figure: text(&self.parts[0]),
            shank: text(&self.parts[1]),
            size: text(&self.parts[2]),
            package: text(suffix),
            bulk_id: (rng.u8(0..5) == 0).then(|| format!("{:06}", self.number)),
            configuration: Some("STD".to_owned()),
            standard_configuration: Some("STD".to_owned()),
            unit: Some("PZ".to_owned()),
            vat: Some(VatRate(Percent(self.vat * 100))),
            orderable: Some(rng.u8(0..50) != 0),
            stopped: Some(rng.u8(0..60) == 0),
            line_discount: None,
            total_discount: Some(Percent(0)),
            purchase_price: Some(Cents(rng.i64(80..9_000))),
            display_number: Some(format!("{:06}{suffix}", self.number)),
            record_id: Some(record.to_string()),
            company: Some("400".to_owned()),
            created_by: Some("import".to_owned()),
            created_at: Some(moment(rng, 900..2_400)),
            modified_by: Some(pick(rng, &["listino", "import", "sede"]).to_owned()),
            modified_at: Some(moment(rng, 1..800)),
        }
    }
}
