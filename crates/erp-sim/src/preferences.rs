//! Keeps what the real server keeps per person: filters, page sizes, page indexes.
//!
//! All sessions of an account share them, so the agent's own browser and a bot disturb each other (facts/erp.md §1.4,
//! §2.5).

use std::collections::HashMap;

use crate::world::Entity;

/// The rows of a page in a new account's lists.
pub(crate) const PAGE_SIZE_DEFAULT: usize = 20;

/// One person's settings.
#[derive(Debug, Default)]
pub(crate) struct Preferences {
    lists: HashMap<Entity, ListPreferences>,
}

/// One person's settings of one list.
#[derive(Debug, Clone)]
pub(crate) struct ListPreferences {
    /// Ending of the chosen filter's value; the family's default is partial.
    pub(crate) filter: &'static str,
    /// Whether a row filter saved long ago is still in force; products have one from the start.
    pub(crate) grid_filtered: bool,
    pub(crate) page_size: usize,
    pub(crate) page_index: usize,
}

impl Preferences {
    /// The settings of one list.
    pub(crate) fn list(&mut self, entity: Entity) -> &mut ListPreferences {
        self.lists.entry(entity).or_insert_with(|| ListPreferences {
            filter: entity.filters().iter().find(|f| f.default).map_or("", |f| f.value),
            grid_filtered: entity == Entity::Products,
            page_size: PAGE_SIZE_DEFAULT,
            page_index: 0,
        })
    }
}
