//! Holds the records of a running world: what the lists show and the control API changes.

use std::{collections::BTreeMap, time::Instant};

use domain::{ArticleId, Customer, Price, Product};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use super::{
    DdtRecord, Entity, InvoiceRecord, OrderRecord, PriceRecord, World, customers, ddts, invoices, orders,
    prices, products,
};

/// The discount group a new order starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineDiscountGroup {
    /// `N/A`.
    None,
    /// "Discount to get street price": adds 20 % to every line.
    StreetPrice,
}

/// One postal address of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Who receives.
    pub name: String,
    /// Street and number.
    pub street: String,
    /// Postcode.
    pub zip: String,
    /// City with province.
    pub city: String,
}

impl Address {
    /// The address on two lines, the second beginning with the postcode; one line where the street is not known.
    pub fn lines(&self) -> String {
        let street = if self.street.is_empty() { String::new() } else { format!("{}\n", self.street) };
        format!("{street}{} {}", self.zip, self.city)
    }
}

/// A customer with what only the order form uses.
#[derive(Debug, Clone)]
pub struct CustomerRecord {
    /// What list and export show.
    pub customer: Customer,
    /// Further delivery addresses besides the customer's own.
    pub addresses: Vec<Address>,
    /// What a new order's "Sconto linea" starts with.
    pub line_discount: LineDiscountGroup,
    /// An invalid record: opening or choosing it ends at `Error.aspx`.
    pub broken: bool,
    /// When it last changed; the REST API filters by it.
    pub modified_at: PrimitiveDateTime,
}

impl CustomerRecord {
    /// The customer's own address, then the others.
    pub fn delivery_addresses(&self) -> Vec<Address> {
        let own = Address {
            name: self.customer.name.clone(),
            street: self.customer.street.clone().unwrap_or_default(),
            zip: self.customer.zip.clone().unwrap_or_default(),
            city: self.customer.city.clone().unwrap_or_default(),
        };
        std::iter::once(own).chain(self.addresses.iter().cloned()).collect()
    }
}

/// Everything the ERP has stored.
#[derive(Debug)]
pub struct Records {
    /// By id.
    pub customers: BTreeMap<u64, CustomerRecord>,
    /// By article id.
    pub products: BTreeMap<ArticleId, Product>,
    /// By id.
    pub prices: BTreeMap<u64, PriceRecord>,
    /// By id.
    pub orders: BTreeMap<u64, OrderRecord>,
    /// Transport documents by id.
    pub ddts: BTreeMap<u64, DdtRecord>,
    /// Invoices and credit notes by number.
    pub invoices: BTreeMap<String, InvoiceRecord>,
    /// Rises with every change; the bytes of an export are valid for one revision.
    revisions: [u64; 6],
    changed_at: [PrimitiveDateTime; 6],
    began: (PrimitiveDateTime, Instant),
    last_order: u64,
}

impl Records {
    /// The records a description stands for.
    pub fn of(world: &World) -> Self {
        let morning = PrimitiveDateTime::new(world.today, Time::from_hms(9, 0, 0).expect("nine exists"));
        let customers = customers::generate(world);
        let products = products::generate(world);
        let prices = prices::generate(world, &products);
        let orders = orders::generate(world, &customers, &products, &prices);
        let last_order = orders.keys().last().copied().unwrap_or(51_000);
        Self {
            ddts: ddts::generate(world, &orders),
            invoices: invoices::generate(world, &orders),
            customers,
            products,
            prices,
            orders,
            revisions: [0; 6],
            changed_at: [morning; 6],
            began: (morning, Instant::now()),
            last_order,
        }
    }

    /// The world's clock: it starts at nine on the world's day and goes at the usual speed.
    pub fn now(&self) -> PrimitiveDateTime {
        let elapsed = self.began.1.elapsed();
        self.began.0 + Duration::seconds(elapsed.as_secs() as i64)
    }

    /// Which state of an entity's records this is.
    pub fn revision(&self, entity: Entity) -> u64 {
        self.revisions[entity as usize]
    }

    /// When an entity's records last changed; an export of unchanged records has the same bytes.
    pub fn changed_at(&self, entity: Entity) -> OffsetDateTime {
        let hour = UtcOffset::from_hms(1, 0, 0).expect("one hour is a valid offset");
        self.changed_at[entity as usize].assume_offset(hour)
    }

    /// Says that an entity's records changed.
    pub fn touch(&mut self, entity: Entity) {
        self.revisions[entity as usize] += 1;
        self.changed_at[entity as usize] = self.now();
    }

    /// As if somebody had typed the same order again by hand, with this reference; its id, if there is such an order.
    pub fn type_again(&mut self, id: u64, reference: &str) -> Option<u64> {
        let order = self.orders.get(&id)?.clone();
        let (id, now) = (self.next_order_id(), self.now());
        let customer_reference = reference.to_owned();
        let again = OrderRecord {
            id,
            customer_reference,
            placed_by: None,
            created_at: now,
            modified_at: now,
            ..order
        };
        self.orders.insert(id, again);
        self.touch(Entity::Orders);
        Some(id)
    }

    /// The id of the next order. Ids are not handed out twice, also when a save is rolled back.
    pub fn next_order_id(&mut self) -> u64 {
        self.last_order += 1;
        self.last_order
    }

    /// The price-list row of an article: that of its id, else that of its name and suffix, else that of its name.
    pub fn price_of(&self, article: &Product) -> Option<&Price> {
        let selects =
            |price: &&Price, text: Option<&str>| text.is_some() && price.item_selection.as_deref() == text;
        let names = |price: &&Price| price.item_description.as_deref() == Some(&*article.name);
        let all = || self.prices.values().map(|row| &row.price);
        all()
            .find(|price| selects(price, Some(article.id.as_str())))
            .or_else(|| all().find(|price| names(price) && selects(price, article.package.as_deref())))
            .or_else(|| all().find(names))
    }
}
