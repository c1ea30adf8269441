//! Turns the translation files into one method per text, so that a missing or misspelt one does not compile.
//!
//! `locales/it.json` and `locales/en.json` hold the same keys in the same groups; a text may contain `{name}`
//! placeholders, the same ones in both. `"login": { "submit": "Accedi" }` becomes `Language::login_submit()`.

use std::{collections::BTreeMap, env, fmt::Write, fs, path::Path};

use serde_json::Value;

type Texts = BTreeMap<String, String>;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = Path::new(&env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("locales");
    let (italian, english) = (read(&folder.join("it.json")), read(&folder.join("en.json")));
    require_same_keys(&italian, &english);
    let mut code = String::from(
        "#[allow(clippy::match_same_arms, reason = \"some words are the same in both languages\")]\nimpl Language {\n",
    );
    for (key, text) in &italian {
        write_method(&mut code, key, text, &english[key]);
    }
    code.push_str("}\n");
    let target = Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("texts.rs");
    fs::write(target, code).expect("cargo's output folder can be written");
}

fn read(path: &Path) -> Texts {
    println!("cargo::rerun-if-changed={}", path.display());
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let json = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut texts = Texts::new();
    flatten("", &json, &mut texts);
    texts
}

fn flatten(prefix: &str, value: &Value, texts: &mut Texts) {
    match value {
        Value::Object(group) => {
            for (key, value) in group {
                let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}_{key}") };
                flatten(&key, value, texts);
            }
        }
        Value::String(text) => {
            let earlier = texts.insert(prefix.to_owned(), text.clone());
            assert!(earlier.is_none(), "two texts are called {prefix}");
        }
        other => panic!("{prefix} is {other}, not a text"),
    }
}

fn require_same_keys(italian: &Texts, english: &Texts) {
    let missing = |from: &Texts, of: &Texts| {
        of.keys().filter(|key| !from.contains_key(*key)).cloned().collect::<Vec<_>>()
    };
    let (not_english, not_italian) = (missing(english, italian), missing(italian, english));
    assert!(not_english.is_empty(), "en.json lacks {}", not_english.join(", "));
    assert!(not_italian.is_empty(), "it.json lacks {}", not_italian.join(", "));
}

fn write_method(code: &mut String, key: &str, italian: &str, english: &str) {
    let names = placeholders(italian);
    assert_eq!(names, placeholders(english), "{key} has different placeholders in the two files");
    let write = if names.is_empty() {
        writeln!(
            code,
            "    /// “{italian}”\n    pub fn {key}(self) -> &'static str {{\n        match self {{ Self::Italian => {italian:?}, \
             Self::English => {english:?} }}\n    }}"
        )
    } else {
        let arguments =
            names.iter().fold(String::new(), |all, name| all + ", " + name + ": impl std::fmt::Display");
        writeln!(
            code,
            "    /// “{italian}”\n    pub fn {key}(self{arguments}) -> String {{\n        match self {{ Self::Italian => \
             format!({italian:?}), Self::English => format!({english:?}) }}\n    }}"
        )
    };
    write.expect("a string takes any text");
}

/// The names between braces, sorted.
fn placeholders(text: &str) -> Vec<String> {
    let mut names: Vec<String> =
        text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_owned())).collect();
    names.sort();
    names.dedup();
    names
}
