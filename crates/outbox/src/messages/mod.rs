//! Messages: our own public contract, made of events and apart from them.

mod data;
mod map;
mod message;
mod parking;
mod passage;
mod states;

pub use map::{Draft, messages_of};
pub use message::{Audience, Message};
pub use passage::Passage;
pub use states::States;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use domain::endpoint::MessageType;
    use serde_json::Value;

    /// The page for receivers shows one message of each type, under its name.
    #[test]
    fn every_type_is_documented_with_an_example() {
        let page = include_str!("../../../../docs/webhooks.md");
        let mut examples = BTreeMap::new();
        for section in page.split("\n### ").skip(1) {
            let name = section.lines().next().unwrap_or_default();
            let block = section
                .split("```json\n")
                .nth(1)
                .and_then(|rest| rest.split("\n```").next());
            let example: Value = serde_json::from_str(block.unwrap()).unwrap();
            assert_eq!(example["type"], name);
            assert!(example["data"].is_object() && example["timestamp"].is_string());
            examples.insert(name, example);
        }
        let mut types: Vec<&str> = MessageType::ALL.iter().map(|kind| kind.as_str()).collect();
        types.sort_unstable();
        assert_eq!(examples.into_keys().collect::<Vec<_>>(), types);
    }
}
