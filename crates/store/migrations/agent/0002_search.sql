-- The index behind the customer search: pieces of three letters of folded text (src/search/index.rs).
CREATE VIRTUAL TABLE customer_words USING fts5 (
    words, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);

-- Which version of the folding rules the index and the folded names were made with; another one is made anew on opening.
CREATE TABLE search_state (
    kind    TEXT    NOT NULL PRIMARY KEY,
    folding INTEGER NOT NULL
);
