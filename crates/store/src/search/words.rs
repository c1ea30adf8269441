//! Says which words a row can be found by.

use domain::{Customer, Product, search_key};

/// An article's name without everything that people leave out or put otherwise: `ab12xy 104 023` is `AB12XY.104.023`.
pub(crate) fn article_key(name: &str) -> String {
    search_key(name).replace(' ', "")
}

/// Two spaces before each word mark where it starts (see the module above).
const WORD_START: &str = "  ";

/// Name, city, the ERP's id, the account, VAT number and both phone numbers.
pub(crate) fn of_customer(customer: &Customer) -> String {
    let mut words = Words::default();
    words.text(&customer.name);
    words.text(customer.city.as_deref().unwrap_or_default());
    words.word(customer.id.as_str());
    words.text(customer.account.as_deref().unwrap_or_default());
    words.text(customer.vat_number.as_deref().unwrap_or_default());
    for phone in [&customer.phone, &customer.mobile].into_iter().flatten() {
        words.word(&phone_digits(phone));
    }
    words.0
}

/// The article's id, its name whole (`ab12xy104023`) and in its parts (`ab12xy 104 023`), search name and description.
pub(crate) fn of_product(product: &Product) -> String {
    let mut words = Words::default();
    words.text(product.id.as_str());
    words.text(&product.name);
    if product.name.contains('.') {
        words.text(&product.name.replace('.', " "));
    }
    if let Some(search_name) = product.search_name.as_ref().filter(|name| **name != product.name) {
        words.text(search_name);
    }
    words.text(product.description.as_deref().unwrap_or_default());
    words.0
}

/// A phone number as digits with its country: `055 123` and `+39 055 123` are both `39055123`, so that it is found
/// typed either way.
fn phone_digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    match digits.strip_prefix("00") {
        Some(international) => international.to_owned(),
        None if phone.trim_start().starts_with('+') || digits.is_empty() => digits,
        None => format!("39{digits}"),
    }
}

#[derive(Debug, Default)]
struct Words(String);

impl Words {
    fn text(&mut self, text: &str) {
        for word in search_key(text).split_whitespace() {
            self.word(word);
        }
    }

    fn word(&mut self, word: &str) {
        if !word.is_empty() {
            self.0.push_str(WORD_START);
            self.0.push_str(word);
        }
    }
}
