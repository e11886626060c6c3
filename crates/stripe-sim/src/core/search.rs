//! Search: the part of Stripe's query language that exact look-ups need.
//! <https://docs.stripe.com/search#search-query-language>

use serde_json::{Value, json};

use super::error::ApiError;
use super::list;
use super::params::Params;
use super::table::{Object, Table};

/// `field:'value'`, possibly negated; the field may be `metadata['key']`.
#[derive(Debug, PartialEq, Eq)]
struct Clause {
    field: Vec<String>,
    value: String,
    negated: bool,
    relation: Relation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Equal,
    Contains,
    Above,
    Below,
    AtLeast,
    AtMost,
}

#[derive(Debug, PartialEq, Eq)]
struct Query {
    clauses: Vec<Clause>,
    /// Clauses are joined by `OR` rather than `AND`.
    any: bool,
}

/// One page of the rows that match `query`, newest first.
pub(crate) fn search<T: Object>(
    params: &Params,
    table: &Table<T>,
    url: &str,
    now: i64,
) -> Result<Value, ApiError> {
    let text = params.text("query").unwrap_or_default();
    let query = parse(text).ok_or_else(|| {
        ApiError::invalid(format!("We were unable to parse your search query: {text}.")).param("query")
    })?;
    let limit = list::limit(params)?;
    let before = match params.text("page") {
        None => usize::MAX,
        Some(page) => page
            .parse()
            .map_err(|_| ApiError::invalid("Invalid page token.").param("page"))?,
    };
    let mut found = table
        .newest_first()
        .filter(|(place, _)| *place < before)
        .map(|(place, row)| (place, row.render(now)))
        .filter(|(_, object)| query.matches(object));
    let page: Vec<(usize, Value)> = found.by_ref().take(limit).collect();
    let next = found
        .next()
        .and_then(|_| page.last().map(|(place, _)| place.to_string()));
    Ok(json!({
        "object": "search_result",
        "url": url,
        "has_more": next.is_some(),
        "next_page": next,
        "data": page.into_iter().map(|(_, object)| object).collect::<Vec<Value>>(),
    }))
}

impl Query {
    fn matches(&self, object: &Value) -> bool {
        let mut results = self
            .clauses
            .iter()
            .map(|clause| clause.matches(object) != clause.negated);
        if self.any {
            results.any(|matched| matched)
        } else {
            results.all(|matched| matched)
        }
    }
}

impl Clause {
    fn matches(&self, object: &Value) -> bool {
        let found = self
            .field
            .iter()
            .try_fold(object, |value, name| value.get(name))
            .filter(|found| !found.is_null());
        let Some(found) = found else {
            return self.value == "null";
        };
        let text = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
        let numbers = || Some((text.parse::<i64>().ok()?, self.value.parse::<i64>().ok()?));
        match self.relation {
            Relation::Equal => text == self.value,
            Relation::Contains => text.to_lowercase().contains(&self.value.to_lowercase()),
            Relation::Above => numbers().is_some_and(|(found, bound)| found > bound),
            Relation::Below => numbers().is_some_and(|(found, bound)| found < bound),
            Relation::AtLeast => numbers().is_some_and(|(found, bound)| found >= bound),
            Relation::AtMost => numbers().is_some_and(|(found, bound)| found <= bound),
        }
    }
}

fn parse(text: &str) -> Option<Query> {
    let mut rest = text.trim();
    let (mut clauses, mut any, mut all) = (Vec::new(), false, false);
    loop {
        let (clause, after) = parse_clause(rest)?;
        clauses.push(clause);
        rest = after.trim_start();
        if rest.is_empty() {
            break;
        }
        if let Some(after) = strip_word(rest, "AND") {
            all = true;
            rest = after;
        } else if let Some(after) = strip_word(rest, "OR") {
            any = true;
            rest = after;
        } else {
            all = true;
        }
    }
    // Stripe does not allow mixing the two.
    (!(any && all)).then_some(Query { clauses, any })
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (start, after) = text.split_at_checked(word.len())?;
    (start.eq_ignore_ascii_case(word) && after.starts_with(char::is_whitespace)).then(|| after.trim_start())
}

fn parse_clause(text: &str) -> Option<(Clause, &str)> {
    let (negated, text) = match text.strip_prefix('-') {
        Some(after) => (true, after),
        None => (false, text),
    };
    let name_end = text.find([':', '~', '<', '>', '['])?;
    let (name, mut rest) = text.split_at(name_end);
    let mut field: Vec<String> = name.split('.').map(str::to_owned).collect();
    if let Some(after) = rest.strip_prefix('[') {
        let (key, after) = quoted(after)?;
        field.push(key);
        rest = after.strip_prefix(']')?;
    }
    let relations = [
        (">=", Relation::AtLeast),
        ("<=", Relation::AtMost),
        (":", Relation::Equal),
        ("~", Relation::Contains),
        (">", Relation::Above),
        ("<", Relation::Below),
    ];
    let (sign, relation) = relations.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
    let rest = rest.strip_prefix(sign)?.trim_start();
    let (value, rest) = if rest.starts_with(['\'', '"']) {
        quoted(rest)?
    } else {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (value, rest) = rest.split_at(end);
        (value.to_owned(), rest)
    };
    (!name.is_empty()).then_some((
        Clause {
            field,
            value,
            negated,
            relation,
        },
        rest,
    ))
}

/// A quoted text and what follows it. A backslash keeps the next character as it is.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut letters = text.char_indices();
    let (_, quote) = letters
        .next()
        .filter(|(_, letter)| matches!(letter, '\'' | '"'))?;
    let mut value = String::new();
    while let Some((place, letter)) = letters.next() {
        if letter == '\\' {
            value.push(letters.next()?.1);
        } else if letter == quote {
            return Some((value, text.get(place + 1..)?));
        } else {
            value.push(letter);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(query: &str) -> bool {
        let object =
            json!({"status": "succeeded", "amount": 500, "customer": null, "metadata": {"purchase": "p'1"}});
        parse(query).unwrap().matches(&object)
    }

    #[test]
    fn clauses_look_at_fields_and_metadata() {
        assert!(matches("metadata['purchase']:'p\\'1'"));
        assert!(matches("status:'succeeded' AND amount>499"));
        assert!(matches("status:\"failed\" OR amount<=500"));
        assert!(!matches("-status:'succeeded'"));
        assert!(matches("customer:null"));
        assert!(matches("status~'CEED'"));
        assert!(!matches("metadata['other']:'x'"));
    }

    #[test]
    fn what_is_not_a_query_is_refused() {
        for text in [
            "",
            "status",
            "metadata[purchase]:'x'",
            "status:'open",
            "a:'1' AND b:'2' OR c:'3'",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
