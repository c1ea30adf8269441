//! Finds customers and articles by what people type.
//!
//! The index holds, for each row, its folded words, each with two spaces before it, in pieces of three letters. So one
//! index answers both questions: any part of a word from three letters on, and the first one or two letters of a word
//! (two spaces and a letter, a space and two letters, are pieces too). Words may come in any order. The answer is
//! ordered: names that begin with the query, names with words that do, other words that do, the rest.

pub(crate) mod cursor;
pub(crate) mod index;
pub(crate) mod query;
pub(crate) mod rebuild;
pub(crate) mod words;

pub(crate) use query::SearchQuery;
