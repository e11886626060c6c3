//! What an aggregate is: a pure fold over one stream, and a pure decision on top of it.

use serde::{Serialize, de::DeserializeOwned};

/// What a decision gives: events to record, or the one reason why not. No events means "already so": repeating a
/// command succeeds and records nothing.
pub type Decided<A> = Result<Vec<<A as Aggregate>::Event>, <A as Aggregate>::Rejection>;

/// A stored event that no decision could have produced. The stream stops here; somebody must look.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("impossible history in a {category} stream: {rule}")]
pub struct ImpossibleHistory {
    /// The kind of stream.
    pub category: &'static str,
    /// The rule that the event breaks.
    pub rule: &'static str,
}

/// A consistency boundary of the business.
pub trait Aggregate: Sized + Clone {
    /// The streams it folds: `purchase` for `purchase-pur_…`.
    const CATEGORY: &'static str;
    /// What may be asked of it.
    type Command;
    /// What may have happened to it. Serialized with an internal `type` tag; stored for ever.
    type Event: Serialize + DeserializeOwned + Clone + PartialEq + std::fmt::Debug;
    /// Why it may refuse, in order of precedence.
    type Rejection: std::error::Error + Clone + PartialEq;

    /// Decides. `None` is a stream in which nothing has happened yet.
    fn decide(state: Option<&Self>, command: Self::Command) -> Decided<Self>;

    /// Folds one event in. Each arm checks again what `decide` checked.
    fn apply(state: Option<Self>, event: &Self::Event) -> Result<Self, ImpossibleHistory>;

    /// An event that cannot follow what came before.
    #[must_use]
    fn impossible(rule: &'static str) -> ImpossibleHistory {
        ImpossibleHistory {
            category: Self::CATEGORY,
            rule,
        }
    }
}

/// Folds a whole history.
pub fn replay<'a, A>(events: impl IntoIterator<Item = &'a A::Event>) -> Result<Option<A>, ImpossibleHistory>
where
    A: Aggregate,
    A::Event: 'a,
{
    evolve(None, events)
}

/// Folds further events onto a state.
pub fn evolve<'a, A>(
    state: Option<A>,
    events: impl IntoIterator<Item = &'a A::Event>,
) -> Result<Option<A>, ImpossibleHistory>
where
    A: Aggregate,
    A::Event: 'a,
{
    events
        .into_iter()
        .try_fold(state, |state, event| A::apply(state, event).map(Some))
}
