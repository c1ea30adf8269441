//! Invents people, practices, streets and towns. None of them is meant to exist; postcodes fit their province.

use fastrand::Rng;

const FIRST: &[&str] = &[
    "Ada",
    "Alessio",
    "Amedea",
    "Bartolo",
    "Beatrice",
    "Brando",
    "Carlotta",
    "Cosimo",
    "Diletta",
    "Donato",
    "Elettra",
    "Fabio",
    "Fiammetta",
    "Gaia",
    "Gherardo",
    "Ginevra",
    "Ippolito",
    "Iolanda",
    "Lapo",
    "Letizia",
    "Loredana",
    "Manlio",
    "Mirella",
    "Nicolò",
    "Noè",
    "Ottavia",
    "Pia",
    "Quirino",
    "Rosalba",
    "Saverio",
    "Teodoro",
    "Ulisse",
    "Velia",
    "Zaira",
];

const LAST: &[&str] = &[
    "Abbondanti",
    "Bellacqua",
    "Boscofiore",
    "Cantagallo",
    "Colfiorito",
    "D'Acquaviva",
    "Dall'Orto",
    "De' Marinai",
    "Delle Rose",
    "Fontechiara",
    "Frassinetto",
    "Gelsomini",
    "Grandalbero",
    "L'Abate",
    "Lungarotto",
    "Malaspiga",
    "Montebruno",
    "Nevesanti",
    "Occhiodoro",
    "Pappafico",
    "Pianforte",
    "Quattrocolli",
    "Roccabianca",
    "Saltafossi",
    "Santacolomba",
    "Sciarramanna",
    "Tagliabosco",
    "Torrelunga",
    "Ursogrande",
    "Valdifiori",
    "Vinciguerri",
    "Zappalorto",
];

const PLACES: &[(&str, &str, &str)] = &[
    ("Abano", "PD", "35031"),
    ("Agliè", "TO", "10011"),
    ("Almè", "BG", "24011"),
    ("Bra", "CN", "12042"),
    ("Cefalù", "PA", "90015"),
    ("Cantù", "CO", "22063"),
    ("Erba", "CO", "22036"),
    ("Forlì", "FC", "47121"),
    ("Gubbio", "PG", "06024"),
    ("Jesi", "AN", "60035"),
    ("L'Aquila", "AQ", "67100"),
    ("Lecce", "LE", "73100"),
    ("Lodi", "LO", "26900"),
    ("Matera", "MT", "75100"),
    ("Narni", "TR", "05035"),
    ("Nuoro", "NU", "08100"),
    ("Ostuni", "BR", "72017"),
    ("Pordenone", "PN", "33170"),
    ("Reggio nell'Emilia", "RE", "42121"),
    ("San Donà di Piave", "VE", "30027"),
    ("Sant'Agata de' Goti", "BN", "82019"),
    ("Sarzana", "SP", "19038"),
    ("Termoli", "CB", "86039"),
    ("Todi", "PG", "06059"),
    ("Urbino", "PU", "61029"),
    ("Viterbo", "VT", "01100"),
    ("Vico Equense", "NA", "80069"),
    ("Zafferana Etnea", "CT", "95019"),
];

const STREETS: &[&str] = &[
    "Via dei Ciliegi",
    "Via dell'Acquedotto",
    "Corso della Libertà",
    "Piazza San Nicolò",
    "Viale delle Betulle",
    "Via Monte Alto",
    "Vicolo del Pozzo",
    "Largo dei Tintori",
    "Strada Provinciale per il Colle",
    "Via 25 Aprile",
    "Piazzale della Stazione",
    "Via Fratelli Boscofiore",
    "Contrada Fonte d'Oro",
    "Lungofiume dei Mulini",
    "Via Generale Donato Lungarotto",
    "Salita alle Mura",
];

/// A person, first name first.
pub(super) fn person(rng: &mut Rng) -> String {
    format!("{} {}", pick(rng, FIRST), pick(rng, LAST))
}

/// A practice or laboratory: short ones, quoted ones, partnerships with `&` and `/`, and names too long for one line.
pub(super) fn practice(rng: &mut Rng) -> String {
    let (who, other) = (person(rng), person(rng));
    let family = pick(rng, LAST);
    match rng.u8(0..20) {
        0..=3 => format!("Studio Dentistico Dr. {who}"),
        4 | 5 => format!("Dott.ssa {who}"),
        6 | 7 => format!("Odontoiatria {family} & {} S.r.l.", pick(rng, LAST)),
        8 | 9 => format!("Laboratorio Odontotecnico \"{}\" di {who}", pick(rng, SIGNS)),
        10 => format!("{who} / {other}"),
        11 => format!("Ambulatorio {} S.n.c. di {who} & C.", pick(rng, SIGNS)),
        12 => format!("STUDIO ASSOCIATO {} E {}", family.to_uppercase(), pick(rng, LAST).to_uppercase()),
        13 => format!("Clinica {} - Società a Responsabilità Limitata Semplificata", pick(rng, SIGNS)),
        14 => format!(
            "Studio Medico Odontoiatrico Associato dei Dottori {who}, {other} e {} - Società tra Professionisti",
            person(rng)
        ),
        15 => format!("Ortodonzia  {family} (sede di {})", place(rng).0),
        16 => format!("Perché Sorridere S.r.l. – {family}"),
        17 => format!("{family} {}", pick(rng, FIRST)),
        18 => format!("Forniture {family} <{}> S.a.s.", pick(rng, SIGNS)),
        _ => format!("Centro Dentale {}", pick(rng, SIGNS)),
    }
}

const SIGNS: &[&str] = &[
    "Il Sorriso",
    "La Corona",
    "Perla Bianca",
    "Città Alta",
    "L'Àncora",
    "San Giosuè",
    "Al Ponte Vecchio",
    "Dente & Salute",
    "Tre Torri",
    "Il Molo",
];

/// A house in a street.
pub(super) fn street(rng: &mut Rng) -> String {
    let number = rng.u16(1..240);
    match rng.u8(0..6) {
        0 => format!("{}, {number}/{}", pick(rng, STREETS), rng.char('A'..='D')),
        1 => format!("{} {number} - scala B, interno {}", pick(rng, STREETS), rng.u8(1..30)),
        _ => format!("{}, {number}", pick(rng, STREETS)),
    }
}

/// Town, province, postcode.
pub(super) fn place(rng: &mut Rng) -> (&'static str, &'static str, &'static str) {
    PLACES[rng.usize(0..PLACES.len())]
}

/// One of a list.
pub(super) fn pick<'a>(rng: &mut Rng, from: &[&'a str]) -> &'a str {
    from[rng.usize(0..from.len())]
}

/// A VAT number with a valid check digit.
pub(super) fn vat_number(rng: &mut Rng) -> String {
    let mut digits: Vec<u32> = (0..7).map(|_| u32::from(rng.u8(0..10))).collect();
    let office = u32::from(rng.u8(1..=100));
    digits.extend([office / 100, office / 10 % 10, office % 10]);
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    digits.push((10 - sum % 10) % 10);
    digits.iter().map(u32::to_string).collect()
}

/// A person's tax code: the right shape, not a real one.
pub(super) fn fiscal_code(rng: &mut Rng) -> String {
    let letter = |rng: &mut Rng| rng.char('A'..='Z');
    let name: String = (0..6).map(|_| letter(rng)).collect();
    let (year, month, day) = (rng.u8(40..99), letter(rng), rng.u8(1..72));
    let (town, number, check) = (letter(rng), rng.u16(1..999), letter(rng));
    format!("{name}{year:02}{month}{day:02}{town}{number:03}{check}")
}

/// A phone number with the country in front; `mobile` ones begin with 3.
pub(super) fn phone(rng: &mut Rng, mobile: bool) -> String {
    if mobile {
        format!("+393{:02}{:07}", rng.u8(20..99), rng.u32(0..10_000_000))
    } else {
        format!("+390{}{:06}", rng.u16(100..999), rng.u32(0..1_000_000))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vat_numbers_have_eleven_digits_and_a_valid_check_digit() {
        let mut rng = Rng::with_seed(3);
        for _ in 0..500 {
            let number = vat_number(&mut rng);
            let digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
            assert_eq!(digits.len(), 11);
            let odd: u32 = digits.iter().step_by(2).sum();
            let even: u32 = digits.iter().skip(1).step_by(2).map(|d| d * 2 / 10 + d * 2 % 10).sum();
            assert_eq!((odd + even) % 10, 0, "{number}");
        }
    }
}
