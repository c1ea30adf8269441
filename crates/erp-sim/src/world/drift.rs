//! Lets a world go on: some of its rows change, as they do between two readings of a list.

use super::{Entity, Records};

impl Records {
    /// Changes every `nth` row of each list, the newest first, in a field that exports print. `word` is what they then
    /// say, so that a second call with another word changes them again.
    pub fn drift(&mut self, nth: usize, word: &str) {
        let (nth, now) = (nth.max(1), self.now());
        for row in self.customers.values_mut().rev().step_by(nth) {
            row.customer.attention = Some(word.to_owned());
            row.modified_at = now;
        }
        for product in self.products.values_mut().step_by(nth) {
            product.description = Some(word.to_owned());
            product.modified_at = Some(now);
        }
        for row in self.prices.values_mut().step_by(nth) {
            row.price.account_description = Some(word.to_owned());
            row.modified_at = now;
        }
        for order in self.orders.values_mut().rev().step_by(nth) {
            word.clone_into(&mut order.description);
            order.modified_at = now;
        }
        for record in self.ddts.values_mut().rev().step_by(nth) {
            record.ddt.attention = Some(word.to_owned());
            record.modified_at = now;
        }
        for record in self.invoices.values_mut().rev().step_by(nth) {
            record.invoice.customer_reference = Some(word.to_owned());
            record.modified_at = now;
        }
        for entity in Entity::ALL {
            self.touch(entity);
        }
    }
}
