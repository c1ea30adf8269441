//! A store in a temporary folder, tokens from a real board, and records to put into it.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::ops::Deref;

use domain::{
    AgentId, ContentHash, Customer, CustomerChoice, DiscountCascade, Draft, DraftId, DraftLine, ExportedRow,
    LineId, Marker, Percent, Price, Product, Quantity, SyncType, Timestamp, VatRate,
};
use orchestrator::{Action, Board, Command, Cursor, RunEnd, Snapshot, TaskToken, Work};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use store::{AgentStore, NewSession, PassOutcome, RefreshTokenHash, SessionId, SessionProof, Store, Synced};
use tempfile::TempDir;
use uuid::Uuid;

/// A store that is gone with the test.
pub struct TestStore {
    pub store: Store,
    pub folder: TempDir,
}

impl TestStore {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { store: Store::open(folder.path()).await.unwrap(), folder }
    }

    /// Signs an agent in.
    pub async fn sign_in(&self, name: &str) -> SessionProof {
        let accounts = self.accounts();
        let agent = store::Agent { id: agent(name), admin: false };
        accounts.allow(&agent, at(0)).await.unwrap();
        let id = SessionId(Uuid::from_u128(u128::from(fastrand::u64(..))));
        let refresh = RefreshTokenHash(std::array::from_fn(|_| fastrand::u8(..)));
        let session = NewSession { id, agent: agent.id, refresh, expires_at: at(i64::MAX) };
        accounts.open_session(&session, at(0)).await.unwrap().unwrap()
    }

    /// The store of the agent in whose name [`Claims`] are made.
    pub async fn anna(&self) -> AgentStore {
        self.agent(&self.sign_in("anna").await).await.unwrap()
    }

    /// One complete pass.
    pub async fn sync<T: Synced + Serialize + Clone>(
        &self,
        claims: &mut Claims,
        records: &[T],
        now: i64,
    ) -> PassOutcome {
        let token = claims.sync(T::KIND);
        let mut pass = self.begin_pass(&token, T::KIND, at(now), None).await.unwrap();
        for (index, page) in exported(records).chunks(500).enumerate() {
            self.store_page(&token, &mut pass, index as u32, page, &[], at(now)).await.unwrap();
        }
        self.finish_pass(&token, pass, at(now)).await.unwrap()
    }
}

impl Deref for TestStore {
    type Target = Store;
    fn deref(&self) -> &Store {
        &self.store
    }
}

/// Hands out task tokens as the server's conductor would: by claiming tasks on a board.
pub struct Claims {
    board: Board,
    now: i64,
    /// Tasks that have started and not ended.
    running: Vec<(TaskToken, Work)>,
}

impl Claims {
    pub fn new() -> Self {
        let config =
            orchestrator::Config { available: SyncType::ALL.into(), ..orchestrator::Config::default() };
        let board = Board::new(config, Snapshot::default());
        let mut claims = Self { board, now: 0, running: Vec::new() };
        claims.apply(Command::Boot);
        claims.apply(Command::AddLogin(agent("anna")));
        claims
    }

    /// A token for one type of anna's, or of everybody's.
    pub fn sync(&mut self, kind: SyncType) -> TaskToken {
        self.claim(Command::Ask { agent: agent("anna"), kind }, |work| work.kind() == Some(kind))
    }

    /// A token to place one of anna's drafts.
    pub fn placement(&mut self, draft: DraftId) -> TaskToken {
        self.claim(Command::AskPlacement { agent: agent("anna"), draft, at_once: true }, |work| {
            work.draft() == Some(draft)
        })
    }

    /// Asks, and lets what starts end at once until the wanted task has had its turn; only its token is of interest.
    fn claim(&mut self, ask: Command, wanted: impl Fn(Work) -> bool) -> TaskToken {
        while let Some((token, _)) = self.running.pop() {
            self.end(&token);
        }
        self.apply(ask);
        while let Some((token, work)) = self.running.pop() {
            self.end(&token);
            if wanted(work) {
                return token;
            }
        }
        panic!("the task was never claimed");
    }

    fn end(&mut self, token: &TaskToken) {
        let number = token.number();
        self.apply(Command::Checkpoint { token: number, cursor: Cursor(1), done: 1, total: None });
        let end = RunEnd::Done { rows: 1, new: 0, updated: 0, began: at(self.now) };
        self.apply(Command::RunEnded { token: number, end });
    }

    fn apply(&mut self, command: Command) {
        self.now += 1_000;
        let step = self.board.apply(command, at(self.now));
        self.running.extend(step.actions.into_iter().filter_map(|action| match action {
            Action::Start(start) => Some((start.token, start.work)),
            Action::AskYield(_) | Action::DropWorker(_) | Action::AnswerForm(..) => None,
        }));
    }
}

pub fn at(ms: i64) -> Timestamp {
    Timestamp(ms)
}

pub fn agent(name: &str) -> AgentId {
    name.parse().unwrap()
}

/// Records with the hash the reader of exports would give them.
pub fn exported<T: Serialize + Clone>(records: &[T]) -> Vec<ExportedRow<T>> {
    records.iter().map(|record| ExportedRow { record: record.clone(), hash: hash(record) }).collect()
}

fn hash<T: Serialize>(record: &T) -> ContentHash {
    let Value::Object(fields) = serde_json::to_value(record).unwrap() else { panic!("not an object") };
    ContentHash::of_cells(
        fields.values().map(|value| if value.is_null() { String::new() } else { value.to_string() }),
    )
}

/// A record from the few fields that matter; the rest is empty.
pub fn sparse<T: DeserializeOwned>(fields: Value) -> T {
    serde_json::from_value(fields).unwrap()
}

pub fn customer(id: u32, name: &str) -> Customer {
    sparse(json!({ "id": id.to_string(), "name": name }))
}

pub fn product(id: &str, name: &str, description: &str) -> Product {
    sparse(json!({ "id": id, "name": name, "description": description }))
}

pub fn price(id: u32, selection: &str, description: &str, cents: i64) -> Price {
    sparse(
        json!({ "id": id.to_string(), "itemSelection": selection, "itemDescription": description, "unitPrice": cents }),
    )
}

/// As many customers as wanted, with names, towns and numbers that repeat as in real life.
pub fn customers(count: u32) -> Vec<Customer> {
    const FIRST: [&str; 8] = ["Anna", "Niccolò", "Maria", "Étienne", "Giosuè", "Lucia", "Piero", "Zoë"];
    const LAST: [&str; 9] = [
        "Rossi",
        "D'Amico",
        "De Angelis",
        "Fabbri",
        "Müller",
        "Lo Presti",
        "Bianchi & Figli",
        "Verdi",
        "Neri",
    ];
    const KIND: [&str; 4] = ["S.r.l.", "Studio dentistico", "S.p.A.", "Ambulatorio"];
    const TOWN: [&str; 5] = ["Forlì", "San Donà di Piave", "Milano", "L'Aquila", "Reggio nell'Emilia"];
    let mut random = fastrand::Rng::with_seed(7);
    let mut pick = move |words: &[&'static str]| words[random.usize(..words.len())];
    (0..count)
        .map(|number| {
            let name = format!("{} {} {} {}", pick(&KIND), pick(&FIRST), pick(&LAST), number % 97);
            sparse(json!({
                "id": (50 + number).to_string(), "name": name, "city": pick(&TOWN),
                "account": (1_000_000 + number).to_string(), "vatNumber": format!("{:011}", 1_234_567 * u64::from(number)),
                "phone": format!("+39055{:07}", number * 31), "mobile": format!("+39333{:07}", number * 17),
                "street": "Via Roma, 1", "salesCurrent": 0, "ordersCurrent": 0, "description": "Potential customer",
            }))
        })
        .collect()
}

/// A draft for one customer with one line per quantity.
pub fn draft(id: u128, customer: u32, quantities: &[i64]) -> Draft {
    let choice = CustomerChoice {
        id: customer.to_string().parse().unwrap(),
        account: None,
        name: format!("Customer {customer}"),
        city: None,
    };
    let line = |(place, pieces): (usize, &i64)| DraftLine {
        id: LineId(Uuid::from_u128(id * 100 + place as u128)),
        article: "012345K2".parse().unwrap(),
        name: "AB12XY.104.023".to_owned(),
        description: None,
        quantity: Quantity::pieces(*pieces),
        unit_price: None,
        price_unit: Quantity::pieces(1),
        discount: DiscountCascade::default(),
        system_discount: Percent(0),
        vat: VatRate::default(),
    };
    let empty = Draft::new(DraftId(Uuid::from_u128(id)), at(1));
    Draft { customer: Some(choice), lines: quantities.iter().enumerate().map(line).collect(), ..empty }
}

pub fn marker(bits: u64) -> Marker {
    Marker::from_bits(bits)
}
