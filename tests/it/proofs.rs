//! Tables that name the test which proves each promise: a page in `docs/` with rows of section, item, promise and tests.

use crate::world::repository;

/// A row of such a table.
struct Row {
    line: usize,
    cells: Vec<String>,
}

/// A table of promises and their proofs.
pub(crate) struct Proofs(Vec<Row>);

impl Proofs {
    /// Reads the tables of a page.
    pub(crate) fn of(page: &str) -> Self {
        let table = std::fs::read_to_string(repository().join(page)).unwrap();
        let lines = table.lines().enumerate();
        let rows = lines.filter(|(_, line)| line.starts_with("| ") && !line.starts_with("| ---"));
        let rows = rows.map(|(number, line)| Row {
            line: number + 1,
            // A bar inside of code is written `\|`.
            cells: line
                .trim_matches('|')
                .replace("\\|", "\u{1}")
                .split('|')
                .map(|cell| cell.trim().replace('\u{1}', "|"))
                .collect(),
        });
        Self(
            rows.filter(|row| row.cells.first().is_some_and(|cell| cell != "section"))
                .collect(),
        )
    }

    /// There are more rows than so many, and each is filled in.
    pub(crate) fn are_filled_in(&self, more_than: usize) {
        assert!(self.0.len() > more_than, "the table has {} rows", self.0.len());
        let holes: Vec<String> = self
            .0
            .iter()
            .filter(|row| row.cells.len() != 4 || row.cells.iter().any(String::is_empty))
            .map(|row| format!("line {}: {:?}", row.line, row.cells))
            .collect();
        none("rows with other than four filled cells", &holes);
    }

    /// Whatever a row names as its proof is in the file that it names.
    pub(crate) fn are_there(&self) {
        let mut missing = Vec::new();
        for row in &self.0 {
            for proof in row.cells[3].split("; ") {
                let found = proof
                    .trim_matches('`')
                    .split_once(": ")
                    .is_some_and(|(path, name)| {
                        std::fs::read_to_string(repository().join(path))
                            .is_ok_and(|source| has_function(&source, name))
                    });
                if !found {
                    missing.push(format!("line {}: {proof}", row.line));
                }
            }
        }
        none("tests that are not there", &missing);
    }

    /// Each of these is the item of a row.
    pub(crate) fn are_about<'a>(&self, wanted: impl IntoIterator<Item = &'a str>) {
        let is_named = |wanted: &str| {
            let item = format!("`{wanted}`");
            self.0.iter().any(|row| row.cells[1].contains(&item))
        };
        let missing = wanted.into_iter().filter(|wanted| !is_named(wanted));
        none("what has no row", &missing.map(str::to_owned).collect::<Vec<_>>());
    }
}

fn has_function(source: &str, name: &str) -> bool {
    source.contains(&format!("fn {name}(")) || source.contains(&format!("def {name}("))
}

fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n  {}", found.join("\n  "));
}
