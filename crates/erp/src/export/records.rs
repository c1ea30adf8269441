//! Turns the rows of a table into records, by an entity's map.
//!
//! Titles are matched exactly, with their occurrence: two columns of the same title are told apart by their order, so if
//! the document has more or fewer of them than the map, none is trusted. Keys must be unique. A column that is not in
//! the document is reported, so that what is stored for its field stays.

use std::collections::HashSet;

use domain::{ContentHash, ExportedRow, Locale};

use super::{
    bad_export::{BadExport, quoted},
    map::{Begin, Column, EntityMap, normalised},
    table::TableSink,
};

/// Receives the records one by one.
pub(super) type Emit<'e, T> = dyn FnMut(ExportedRow<T>) -> Result<(), BadExport> + 'e;

/// Reads rows as records.
pub(super) struct Records<'r, T: 'static> {
    map: &'static EntityMap<T>,
    emit: &'r mut Emit<'r, T>,
    /// For each column of the map, where the document has it.
    places: Vec<Option<usize>>,
    locale: Locale,
    keys: HashSet<String>,
    second_keys: HashSet<String>,
    texts: Vec<String>,
    pub(super) emitted: u32,
    pub(super) left_out: u32,
    pub(super) missing_columns: Vec<String>,
    pub(super) unknown_columns: Vec<String>,
    pub(super) unreadable_cells: u32,
}

impl<'r, T> Records<'r, T> {
    /// Starts with nothing known of the document.
    pub(super) fn new(map: &'static EntityMap<T>, emit: &'r mut Emit<'r, T>) -> Self {
        Self {
            map,
            emit,
            places: Vec::new(),
            locale: Locale::Italian,
            keys: HashSet::new(),
            second_keys: HashSet::new(),
            texts: Vec::new(),
            emitted: 0,
            left_out: 0,
            missing_columns: Vec::new(),
            unknown_columns: Vec::new(),
            unreadable_cells: 0,
        }
    }

    /// Checks what can only be known at the end.
    pub(super) fn finish(&self) -> Result<(), BadExport> {
        if self.emitted == 0 && !self.map.may_be_empty {
            return Err(BadExport::new(format!("the export of {} has no rows", self.map.kind)));
        }
        Ok(())
    }

    /// Fills the record of one row from the canonical texts.
    fn record(&mut self, mut record: T) -> Result<T, BadExport> {
        for (column, text) in self.map.columns.iter().zip(&self.texts) {
            let Err(expected) = column.fill(&mut record, text, self.locale) else { continue };
            if column.tentative {
                self.unreadable_cells += 1;
                continue;
            }
            let (title, key) = (column.title(), quoted(&self.texts[0]));
            let reason = format!("{title} of the row {key} is {} and not {expected}", quoted(text));
            return Err(BadExport::new(reason));
        }
        Ok(record)
    }

    fn check_unique(&mut self, record: &T) -> Result<(), BadExport> {
        let key = self.texts[0].clone();
        let repeated = |key: &str| BadExport::new(format!("the key {} occurs twice", quoted(key)));
        if self.keys.contains(&key) {
            return Err(repeated(&key));
        }
        self.keys.insert(key);
        match (self.map.second_key)(record) {
            Some(second) if !self.second_keys.insert(second.to_owned()) => Err(repeated(second)),
            _ => Ok(()),
        }
    }
}

impl<T> TableSink for Records<'_, T> {
    fn titles(&mut self, titles: &[String]) -> Result<(), BadExport> {
        let bound = bind(self.map.columns, self.map.ignored, titles);
        let missing =
            |(column, place): (&Column<T>, &Option<usize>)| place.is_none().then_some(column.title());
        let required = self.map.columns.iter().zip(&bound.places).filter(|(column, _)| column.required);
        if let Some(title) = required.into_iter().find_map(missing) {
            return Err(BadExport::new(format!(
                "the column {title} is missing: is this an export of {}?",
                self.map.kind
            )));
        }
        let absent = self.map.columns.iter().zip(&bound.places).filter(|(_, place)| place.is_none());
        self.missing_columns = absent.map(|(column, _)| column.field.to_owned()).collect();
        self.unknown_columns = bound.unknown;
        self.locale = bound.locale;
        self.places = bound.places;
        Ok(())
    }

    fn row(&mut self, _page: usize, cells: &[&str]) -> Result<(), BadExport> {
        self.texts.clear();
        let text = |(column, place): (&Column<T>, &Option<usize>)| {
            place.map(|place| column.canonical(cells[place])).unwrap_or_default()
        };
        self.texts.extend(self.map.columns.iter().zip(&self.places).map(text));
        let record = match (self.map.begin)(&self.texts[0]) {
            Begin::Record(record) => self.record(record)?,
            Begin::LeaveOut(reason) => {
                self.leave_out(reason);
                return Ok(());
            }
            Begin::Refuse => {
                let (title, key) = (self.map.columns[0].title(), quoted(&self.texts[0]));
                return Err(BadExport::new(format!("{title} of a row is {key}, which is no key")));
            }
        };
        if let Some(reason) = (self.map.leave_out)(&record) {
            self.leave_out(reason);
            return Ok(());
        }
        self.check_unique(&record)?;
        self.emitted += 1;
        (self.emit)(ExportedRow { record, hash: ContentHash::of_cells(&self.texts) })
    }
}

impl<T> Records<'_, T> {
    fn leave_out(&mut self, reason: &'static str) {
        self.left_out += 1;
        tracing::warn!(kind = %self.map.kind, key = %self.texts[0], reason, "a row of an export is left out");
    }
}

/// Where a document has the columns of a map.
struct Bound {
    places: Vec<Option<usize>>,
    unknown: Vec<String>,
    locale: Locale,
}

fn bind<T>(columns: &[Column<T>], ignored: &[&str], titles: &[String]) -> Bound {
    let normal: Vec<String> = titles.iter().map(|title| normalised(title)).collect();
    let mut bound = Bound { places: vec![None; columns.len()], unknown: Vec::new(), locale: Locale::Italian };
    let (mut italian, mut english) = (0, 0);
    for (place, title) in normal.iter().enumerate() {
        let takers: Vec<usize> = (0..columns.len())
            .filter(|at| columns[*at].is_italian(title) || columns[*at].is_english(title))
            .collect();
        let occurrence = normal[..place].iter().filter(|other| *other == title).count();
        let occurrences = normal.iter().filter(|other| *other == title).count();
        match takers.get(occurrence) {
            Some(column) if takers.len() == occurrences && bound.places[*column].is_none() => {
                bound.places[*column] = Some(place);
                let (is_italian, is_english) =
                    (columns[*column].is_italian(title), columns[*column].is_english(title));
                italian += usize::from(is_italian && !is_english);
                english += usize::from(is_english && !is_italian);
            }
            _ if ignored.iter().any(|known| normalised(known) == *title) => {}
            _ => bound.unknown.push(titles[place].clone()),
        }
    }
    if english > italian {
        bound.locale = Locale::English;
    }
    bound
}
