//! Folds text so that what people type matches what the ERP holds.
//!
//! The browser folds too, for searching offline, and the tables of full Unicode normalisation would cost every phone
//! 63 kB of compressed download. So this knows the letters of the languages written with the Latin alphabet (Latin-1
//! and Latin Extended-A) and combining accents; other scripts are only put in lower case.

/// The text in lower case without accents and punctuation, words separated by one space; empty when nothing is left.
///
/// "S.r.l.", "S. R. L." and "srl" are one: dots and apostrophes vanish (also the apostrophe in place of an accent,
/// "Societa' Agricola"), and single letters in a row make one word. All other punctuation separates words. Folding
/// twice changes nothing, so an index and a query meet by calling this once each.
pub fn search_key(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            '.' | '\'' | '’' | '‘' | '`' | '´' | '\u{300}'..='\u{36f}' => {}
            letter if letter.is_ascii_alphanumeric() => words.push(letter),
            letter if letter.is_alphanumeric() => match without_accent(letter) {
                Some(plain) => words.push_str(plain),
                None => words.push(letter),
            },
            _ => words.push(' '),
        }
    }
    join_initials(&words)
}

/// What a lower-case letter is without its accent. Ranges run over the capitals between them, which do not occur.
const fn without_accent(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à'..='å' | 'ā'..='ą' | 'ª' => "a",
        'æ' => "ae",
        'ç' | 'ć'..='č' => "c",
        'ð' | 'ď'..='đ' => "d",
        'è'..='ë' | 'ē'..='ě' => "e",
        'ĝ'..='ģ' => "g",
        'ĥ'..='ħ' => "h",
        'ì'..='ï' | 'ĩ'..='ı' => "i",
        'ĳ' => "ij",
        'ĵ' => "j",
        'ķ'..='ĸ' => "k",
        'ĺ'..='ł' => "l",
        'ñ' | 'ń'..='ŋ' => "n",
        'ò'..='ö' | 'ø' | 'ō'..='ő' | 'º' => "o",
        'œ' => "oe",
        'ŕ'..='ř' => "r",
        'ś'..='š' | 'ș' | 'ſ' => "s",
        'ß' => "ss",
        'ţ'..='ŧ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ũ'..='ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' | 'ŷ' => "y",
        'ź'..='ž' => "z",
        _ => return None,
    })
}

/// Collapses white space and joins letters that stand alone: `s r l` is `srl`.
fn join_initials(words: &str) -> String {
    let is_initial = |word: &str| word.chars().nth(1).is_none() && word.chars().all(char::is_alphabetic);
    let mut key = String::with_capacity(words.len());
    let mut after_initial = false;
    for word in words.split_whitespace() {
        let initial = is_initial(word);
        let joins = key.is_empty() || (initial && after_initial);
        if !joins {
            key.push(' ');
        }
        key.push_str(word);
        after_initial = initial;
    }
    key
}
