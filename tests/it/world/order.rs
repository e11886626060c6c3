//! A purchase as a client words it.

use super::{BUS, SINGLE, fresh_key};

/// What is sent to `POST /purchase`.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub agency: String,
    pub fare: String,
    pub card: String,
    pub state: String,
    pub key: String,
    pub more: Vec<(String, String)>,
}

impl Order {
    /// A fare of Big Blue Bus, under a key of its own.
    pub(crate) fn of(fare: &str, card: &str, state: &str) -> Self {
        Self {
            agency: BUS.to_owned(),
            fare: fare.to_owned(),
            card: card.to_owned(),
            state: state.to_owned(),
            key: fresh_key(),
            more: Vec::new(),
        }
    }

    /// One ride.
    pub(crate) fn single(state: &str) -> Self {
        Self::of(SINGLE, "pm_card_visa", state)
    }

    /// With another card.
    pub(crate) fn card(mut self, card: &str) -> Self {
        card.clone_into(&mut self.card);
        self
    }

    /// With one more parameter.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.more.push((name.to_owned(), value.to_owned()));
        self
    }

    /// All parameters.
    pub(super) fn form(&self) -> Vec<(&str, &str)> {
        let mut form = vec![
            ("a", self.agency.as_str()),
            ("fare_id", &self.fare),
            ("stripe_token", &self.card),
            ("ticket_format", "none"),
        ];
        form.extend(
            self.more
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        form
    }
}
