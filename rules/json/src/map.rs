//! Objects: keys and values in the order in which they were put in.
//!
//! Up to [`LINEAR_MAX`] keys are looked through one by one; a larger object, which only somebody else makes, has an index beside
//! it, so that no number of keys makes reading it quadratic.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::{fmt, ops, slice, vec};

use crate::Value;

/// Most keys of an object without an index.
pub const LINEAR_MAX: usize = 32;

/// Where each key is.
#[derive(Clone)]
struct Positions(HashMap<String, usize>);

/// A JSON object. Two are equal if they hold the same, in whatever order.
#[derive(Clone, Default)]
pub struct Map {
    entries: Vec<(String, Value)>,
    /// Where each key is; there if and only if there are more than [`LINEAR_MAX`].
    index: Option<Box<Positions>>,
}

impl Map {
    /// An object without keys; allocates nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An object without keys and with room for some.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { entries: Vec::with_capacity(capacity), index: None }
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Takes everything out.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.index = None;
    }

    /// The value at `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.position(key).map(|at| &self.entries[at].1)
    }

    /// The key as it is held, and its value.
    #[must_use]
    pub fn get_key_value(&self, key: &str) -> Option<(&String, &Value)> {
        self.position(key).map(|at| (&self.entries[at].0, &self.entries[at].1))
    }

    /// The value at `key`, to be changed.
    #[must_use]
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.position(key).map(|at| &mut self.entries[at].1)
    }

    /// Whether there is such a key.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    /// Puts `value` at `key`: in the place of what was there, which is given back, or at the end.
    pub fn insert(&mut self, key: String, value: Value) -> Option<Value> {
        if let Some(at) = self.position(&key) {
            return Some(std::mem::replace(&mut self.entries[at].1, value));
        }
        self.push(key, value);
        None
    }

    /// Takes `key` out; the order of the others stays.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let (_, value) = self.entries.remove(self.position(key)?);
        if self.index.is_some() {
            self.reindex();
        }
        Some(value)
    }

    /// The place of `key`, to look at it once and then fill it.
    pub fn entry(&mut self, key: impl Into<String>) -> Entry<'_> {
        let key = key.into();
        Entry { at: self.position(&key), key, map: self }
    }

    /// Keeps what `keep` says; the order stays.
    pub fn retain(&mut self, mut keep: impl FnMut(&String, &mut Value) -> bool) {
        self.entries.retain_mut(|(key, value)| keep(key, value));
        if self.index.is_some() {
            self.reindex();
        }
    }

    /// Takes everything out of `other`.
    pub fn append(&mut self, other: &mut Self) {
        self.extend(std::mem::take(other));
    }

    /// Puts the keys in the order of their bytes.
    pub fn sort_keys(&mut self) {
        self.entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        if self.index.is_some() {
            self.reindex();
        }
    }

    /// Keys and values, in order.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter(self.entries.iter())
    }

    /// Keys, and values to be changed, in order.
    pub fn iter_mut(&mut self) -> IterMut<'_> {
        IterMut(self.entries.iter_mut())
    }

    /// Keys, in order.
    #[must_use]
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &String> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(key, _)| key)
    }

    /// Values, in the order of their keys.
    #[must_use]
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Value> + ExactSizeIterator + Clone {
        self.entries.iter().map(|(_, value)| value)
    }

    /// The same, to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut Value> + ExactSizeIterator {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    /// The same, moved out.
    #[must_use]
    pub fn into_values(self) -> impl DoubleEndedIterator<Item = Value> + ExactSizeIterator {
        self.entries.into_iter().map(|(_, value)| value)
    }

    fn position(&self, key: &str) -> Option<usize> {
        match &self.index {
            None => self.entries.iter().position(|(known, _)| known == key),
            Some(index) => index.0.get(key).copied(),
        }
    }

    /// Puts a key that is not there at the end.
    fn push(&mut self, key: String, value: Value) {
        if let Some(index) = &mut self.index {
            index.0.insert(key.clone(), self.entries.len());
        }
        self.entries.push((key, value));
        if self.index.is_none() && self.entries.len() > LINEAR_MAX {
            self.reindex();
        }
    }

    fn reindex(&mut self) {
        let indexed = self.entries.iter().enumerate().map(|(at, (key, _))| (key.clone(), at));
        self.index = (self.entries.len() > LINEAR_MAX).then(|| Box::new(Positions(indexed.collect())));
    }
}

/// The place of one key.
#[derive(Debug)]
pub struct Entry<'m> {
    key: String,
    at: Option<usize>,
    map: &'m mut Map,
}

impl<'m> Entry<'m> {
    /// The value there; `value` is put there if there is none.
    #[expect(clippy::must_use_candidate, reason = "what is put there is often enough")]
    pub fn or_insert(self, value: Value) -> &'m mut Value {
        self.or_insert_with(|| value)
    }

    /// The value there; if there is none, what `value` makes.
    pub fn or_insert_with(self, value: impl FnOnce() -> Value) -> &'m mut Value {
        let at = self.at.unwrap_or_else(|| {
            self.map.push(self.key, value());
            self.map.entries.len() - 1
        });
        &mut self.map.entries[at].1
    }
}

// === what every map has ===

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        let same = |((own, value), (theirs, there)): (&(String, Value), &(String, Value))| {
            if own == theirs { value == there } else { other.get(own) == Some(value) }
        };
        self.len() == other.len() && self.entries.iter().zip(&other.entries).all(same)
    }
}

impl Eq for Map {}

impl Hash for Map {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_unstable_by_key(|(key, _)| *key);
        entries.hash(state);
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl ops::Index<&str> for Map {
    type Output = Value;

    /// # Panics
    /// If there is no such key.
    fn index(&self, key: &str) -> &Value {
        self.get(key).unwrap_or_else(|| panic!("there is no key {key:?}"))
    }
}

impl Extend<(String, Value)> for Map {
    fn extend<I: IntoIterator<Item = (String, Value)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl FromIterator<(String, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        // A hint may be anything: what is not known to be small grows as it comes.
        let mut map = Map::with_capacity(entries.size_hint().0.min(LINEAR_MAX));
        map.extend(entries);
        map
    }
}

/// Keys and values of a [`Map`], in order.
#[derive(Debug, Clone)]
pub struct Iter<'m>(slice::Iter<'m, (String, Value)>);

/// Keys, and values to be changed, of a [`Map`], in order.
#[derive(Debug)]
pub struct IterMut<'m>(slice::IterMut<'m, (String, Value)>);

/// Keys and values moved out of a [`Map`], in order.
pub type IntoIter = vec::IntoIter<(String, Value)>;

impl<'m> Iterator for Iter<'m> {
    type Item = (&'m String, &'m Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Iter<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(|(key, value)| (key, value))
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'m> Iterator for IterMut<'m> {
    type Item = (&'m String, &'m mut Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(key, value)| (&*key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for IterMut<'_> {}

impl<'m> IntoIterator for &'m Map {
    type Item = (&'m String, &'m Value);
    type IntoIter = Iter<'m>;

    fn into_iter(self) -> Iter<'m> {
        self.iter()
    }
}

impl<'m> IntoIterator for &'m mut Map {
    type Item = (&'m String, &'m mut Value);
    type IntoIter = IterMut<'m>;

    fn into_iter(self) -> IterMut<'m> {
        self.iter_mut()
    }
}

impl IntoIterator for Map {
    type Item = (String, Value);
    type IntoIter = IntoIter;

    fn into_iter(self) -> IntoIter {
        self.entries.into_iter()
    }
}
