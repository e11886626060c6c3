//! The narrator: says what happens, and whether it happened as it should.

#![expect(clippy::print_stdout, reason = "the demo is told on standard output")]
#![expect(clippy::unused_self, reason = "whoever tells a story has one in hand")]

/// What was told so far.
#[derive(Debug, Default)]
pub(crate) struct Story {
    held: usize,
    failed: Vec<String>,
}

impl Story {
    /// A headline.
    pub(crate) fn title(&self, text: &str) {
        println!("\n{text}\n{}", "=".repeat(text.chars().count()));
    }

    /// A sentence.
    pub(crate) fn say(&self, text: &str) {
        println!("  {text}");
    }

    /// Something longer, as it is.
    pub(crate) fn show(&self, text: &str) {
        for line in text.lines() {
            println!("    {line}");
        }
    }

    /// A claim, which holds or does not.
    pub(crate) fn check(&mut self, claim: &str, holds: bool) {
        println!("  {} {claim}", if holds { "[ok]" } else { "[FAILED]" });
        match holds {
            true => self.held += 1,
            false => self.failed.push(claim.to_owned()),
        }
    }

    /// The last words.
    pub(crate) fn end(&self) {
        match self.failed.as_slice() {
            [] => println!("\nAll {} claims held.", self.held),
            failed => {
                println!("\n{} claim(s) failed:", failed.len());
                for claim in failed {
                    println!("  {claim}");
                }
            }
        }
    }

    /// Whether every claim held.
    pub(crate) fn all_well(&self) -> bool {
        self.failed.is_empty() && self.held > 0
    }
}
