//! Keeps rows and remembers which of them a step has touched.

use std::collections::{BTreeMap, BTreeSet};

/// Rows by key. Every way to change a row marks it, so no change can miss the commit.
#[derive(Debug, Clone)]
pub(super) struct Table<K, V> {
    rows: BTreeMap<K, V>,
    touched: BTreeSet<K>,
}

impl<K: Ord + Clone, V> Table<K, V> {
    pub(super) const fn new(rows: BTreeMap<K, V>) -> Self {
        Self { rows, touched: BTreeSet::new() }
    }

    pub(super) const fn rows(&self) -> &BTreeMap<K, V> {
        &self.rows
    }

    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    pub(super) fn contains(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }

    /// The row, to be changed.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let row = self.rows.get_mut(key)?;
        if !self.touched.contains(key) {
            self.touched.insert(key.clone());
        }
        Some(row)
    }

    /// All rows, each to be changed.
    pub(super) fn all_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.touched.extend(self.rows.keys().cloned());
        self.rows.values_mut()
    }

    pub(super) fn put(&mut self, key: K, row: V) {
        self.touched.insert(key.clone());
        self.rows.insert(key, row);
    }

    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let row = self.rows.remove(key)?;
        self.touched.insert(key.clone());
        Some(row)
    }

    /// The touched keys with their rows, `None` for those that are gone; nothing is touched afterwards.
    pub(super) fn take_touched(&mut self) -> Vec<(K, Option<&V>)> {
        std::mem::take(&mut self.touched).into_iter().map(|key| (key.clone(), self.rows.get(&key))).collect()
    }
}
