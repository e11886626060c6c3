//! Given these events, when this is asked, then that happens.

use crate::aggregate::{Aggregate, Decided, evolve, replay};

/// A history to decide upon.
pub struct Given<A: Aggregate> {
    history: Vec<A::Event>,
}

/// What came of a decision.
#[must_use]
pub struct When<A: Aggregate> {
    history: Vec<A::Event>,
    decided: Decided<A>,
}

/// Starts from a history, which must itself be possible.
pub fn given<A: Aggregate>(history: impl IntoIterator<Item = A::Event>) -> Given<A> {
    Given {
        history: history.into_iter().collect(),
    }
}

impl<A: Aggregate> Given<A> {
    /// Asks.
    #[expect(
        clippy::expect_used,
        reason = "a test harness: an impossible given is the test's mistake"
    )]
    pub fn when(self, command: A::Command) -> When<A> {
        let state = replay::<A>(&self.history).expect("the given history is possible");
        When {
            decided: A::decide(state.as_ref(), command),
            history: self.history,
        }
    }

    /// The state the history leads to.
    #[expect(
        clippy::expect_used,
        reason = "a test harness: an impossible given is the test's mistake"
    )]
    #[must_use]
    pub fn state(self) -> A {
        replay::<A>(&self.history)
            .expect("the given history is possible")
            .expect("the history is not empty")
    }
}

impl<A: Aggregate> When<A> {
    /// Exactly these events, and they can be folded.
    #[expect(clippy::panic, reason = "a test harness reports by panicking")]
    pub fn then(self, expected: impl IntoIterator<Item = A::Event>) {
        let expected: Vec<_> = expected.into_iter().collect();
        match self.decided {
            Ok(events) => assert_eq!(events, expected),
            Err(rejection) => panic!("refused: {rejection}"),
        }
        if let Err(impossible) = replay::<A>(self.history.iter().chain(&expected)) {
            panic!("decided what cannot be folded: {impossible}");
        }
    }

    /// Nothing to record, because it is so already.
    pub fn then_nothing(self) {
        self.then([]);
    }

    /// Refused for exactly this reason.
    #[expect(clippy::panic, reason = "a test harness reports by panicking")]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "reads as a sentence: then_rejected(Reason)"
    )]
    pub fn then_rejected(self, expected: A::Rejection) {
        match self.decided {
            Ok(events) => panic!("accepted: {events:?}"),
            Err(rejection) => assert_eq!(rejection, expected),
        }
    }
}

/// Plays commands one after the other as a server would: what is decided is recorded and folded, what is refused
/// changes nothing. Panics where a decision produces what cannot be folded, and where the same command, asked again
/// at once, is not harmless (`repeat` says which commands promise that).
#[expect(clippy::expect_used, reason = "a test harness reports by panicking")]
pub fn play<A: Aggregate>(commands: impl IntoIterator<Item = A::Command>) -> (Vec<A::Event>, Option<A>) {
    let mut history = Vec::new();
    let mut state: Option<A> = None;
    for command in commands {
        if let Ok(events) = A::decide(state.as_ref(), command) {
            state = evolve(state, &events).expect("what decide produced can be folded");
            history.extend(events);
        }
    }
    (history, state)
}
