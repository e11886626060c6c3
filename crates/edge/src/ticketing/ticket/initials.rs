//! What stands in for a logo.

/// Most letters that stand for a name.
const MOST: usize = 3;

/// The first letters of a name's first words, in capitals: `Big Blue Bus` is `BBB`. A name without letters or digits is
/// a dot, never nothing.
pub(super) fn initials(name: &str) -> String {
    let letters: String = name
        .split(|letter: char| !letter.is_alphanumeric() && !is_mark(letter))
        .filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()))
        .take(MOST)
        .flat_map(char::to_uppercase)
        .collect();
    if letters.is_empty() {
        "•".to_owned()
    } else {
        letters
    }
}

/// Marks that belong to the letter before them, in Indic scripts among others, and apostrophes within words.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '\u{0300}'..='\u{036f}' | '\u{0900}'..='\u{0dff}' | '\u{200c}' | '\u{200d}')
}
