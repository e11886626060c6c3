//! What all tickets of an operator have in common on one service day, and on no other near it: a word and a colour.
//! A driver who has seen one ticket that day knows what every other must look like; yesterday's picture does not.

use chrono::{Datelike, NaiveDate};

use super::{day_words::WORDS, ticket_style::Rgb};
use crate::OperatorId;

/// Colours of even days and of odd ones. White or black can be read on each, and no two are mistaken for one another.
const COLOURS: [[Rgb; 6]; 2] = [
    [
        Rgb(0xb0, 0x00, 0x20), // Red.
        Rgb(0xff, 0xb3, 0x00), // Amber.
        Rgb(0x00, 0xc8, 0x53), // Green.
        Rgb(0x00, 0xe5, 0xff), // Cyan.
        Rgb(0x5b, 0x0f, 0xa8), // Violet.
        Rgb(0x5d, 0x3a, 0x1a), // Brown.
    ],
    [
        Rgb(0xff, 0x80, 0xbf), // Pink.
        Rgb(0xff, 0x7a, 0x00), // Orange.
        Rgb(0xc6, 0xff, 0x00), // Lime.
        Rgb(0x00, 0x57, 0x4b), // Teal.
        Rgb(0x12, 0x37, 0xb8), // Blue.
        Rgb(0x11, 0x11, 0x11), // Black.
    ],
];

/// The word and colour of a service day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayMark {
    /// Short, in capitals, the same in every language: drivers compare it, nobody has to understand it.
    pub word: &'static str,
    /// Behind it.
    pub colour: Rgb,
}

impl DayMark {
    /// What has to be hashed, with a key that stays secret, for [`DayMark::of`]: so no day can be foretold from others.
    #[must_use]
    pub fn message(operator: &OperatorId, day: NaiveDate) -> String {
        format!("{operator} {day}")
    }

    /// The mark of a day. Neighbouring days draw from halves of their own, so that they never look alike.
    #[must_use]
    pub fn of(day: NaiveDate, hash: &[u8; 32]) -> Self {
        let odd = usize::from(day.num_days_from_ce().rem_euclid(2) == 1);
        let [first, second, ..] = *hash;
        let word = WORDS
            .get(odd)
            .and_then(|words| words.get(usize::from(first) % words.len()));
        let colour = COLOURS
            .get(odd)
            .and_then(|colours| colours.get(usize::from(second) % colours.len()));
        Self {
            word: word.copied().unwrap_or_default(),
            colour: colour.copied().unwrap_or(Rgb::BLACK),
        }
    }
}
