//! The rules of links that one side proposes and the other accepts or declines.

use super::*;
use crate::LinkProposalId;

fn id(name: &str) -> LinkProposalId {
    LinkProposalId::parse(format!("lnk_{name}")).unwrap()
}

fn registered() -> OperatorEvent {
    OperatorEvent::Registered {
        operator: OperatorId::parse("bigbluebus").unwrap(),
        kind: OperatorKind::Transit,
        profile: profile(),
        at: at(0),
    }
}

fn propose(name: &str, by: Side, basis_points: u32) -> OperatorCommand {
    OperatorCommand::ProposeLink {
        proposal: id(name),
        app: cityhop(),
        by,
        fee: percent(basis_points),
        shows_tickets: true,
        signed: "admin:key_1".to_owned(),
        at: at(1),
    }
}

fn proposed(name: &str, by: Side, basis_points: u32) -> OperatorEvent {
    OperatorEvent::LinkProposed {
        proposal: id(name),
        app: cityhop(),
        by,
        fee: percent(basis_points),
        shows_tickets: true,
        consent: Consent {
            by: "admin:key_1".to_owned(),
            at: at(1),
        },
        at: at(1),
    }
}

fn accept(name: &str, by: Side, understood: Option<u32>) -> OperatorCommand {
    OperatorCommand::AcceptLink {
        proposal: id(name),
        app: cityhop(),
        by,
        fee: understood.map(percent),
        shows_tickets: None,
        signed: "admin:key_2".to_owned(),
        at: at(2),
    }
}

fn accepted(name: &str) -> OperatorEvent {
    OperatorEvent::Linked {
        app: cityhop(),
        fee: percent(250),
        consents: Consents {
            app: Consent {
                by: "admin:key_1".to_owned(),
                at: at(1),
            },
            operator: Consent {
                by: "admin:key_2".to_owned(),
                at: at(2),
            },
        },
        shows_tickets: true,
        proposal: Some(id(name)),
        at: at(2),
    }
}

#[test]
fn a_link_is_made_of_the_word_of_both_sides_on_the_terms_that_were_proposed() {
    let history = [registered(), proposed("a", Side::App, 250)];
    for understood in [None, Some(250)] {
        given::<Operator>(history.clone())
            .when(accept("a", Side::Operator, understood))
            .then([accepted("a")]);
    }
    let operator = given::<Operator>([registered(), proposed("a", Side::App, 250), accepted("a")]).state();
    assert!(operator.link(&cityhop()).is_some() && operator.proposal(&cityhop()).is_none());
}

#[test]
fn other_terms_than_proposed_are_no_agreement() {
    given::<Operator>([registered(), proposed("a", Side::App, 250)])
        .when(accept("a", Side::Operator, Some(100)))
        .then_rejected(OperatorRejection::TermsDiffer);
}

#[test]
fn whether_tickets_are_shown_is_a_term_of_its_own() {
    let accept = |shows: bool| match accept("a", Side::Operator, None) {
        OperatorCommand::AcceptLink {
            proposal,
            app,
            by,
            fee,
            signed,
            at,
            ..
        } => OperatorCommand::AcceptLink {
            proposal,
            app,
            by,
            fee,
            shows_tickets: Some(shows),
            signed,
            at,
        },
        other => other,
    };
    let history = [registered(), proposed("a", Side::App, 250)];
    given::<Operator>(history.clone())
        .when(accept(false))
        .then_rejected(OperatorRejection::TermsDiffer);
    given::<Operator>(history)
        .when(accept(true))
        .then([accepted("a")]);
}

#[test]
fn who_proposed_cannot_accept_too() {
    given::<Operator>([registered(), proposed("a", Side::App, 250)])
        .when(accept("a", Side::App, None))
        .then_rejected(OperatorRejection::OwnProposal);
}

#[test]
fn accepting_again_changes_nothing_and_what_was_replaced_is_accepted_no_more() {
    given::<Operator>([registered(), proposed("a", Side::App, 250), accepted("a")])
        .when(accept("a", Side::Operator, None))
        .then_nothing();
    given::<Operator>([
        registered(),
        proposed("a", Side::App, 250),
        proposed("b", Side::App, 300),
    ])
    .when(accept("a", Side::Operator, None))
    .then_rejected(OperatorRejection::NoSuchProposal);
}

#[test]
fn a_proposal_waits_for_its_answer() {
    let history = [registered(), proposed("a", Side::App, 250)];
    given::<Operator>(history.clone())
        .when(propose("b", Side::App, 250))
        .then_nothing();
    given::<Operator>(history.clone())
        .when(propose("b", Side::App, 300))
        .then([proposed("b", Side::App, 300)]);
    given::<Operator>(history)
        .when(propose("b", Side::Operator, 100))
        .then_rejected(OperatorRejection::AnswerFirst);
}

#[test]
fn what_is_declined_is_over() {
    let decline = OperatorCommand::DeclineLink {
        proposal: id("a"),
        app: cityhop(),
        by: Side::Operator,
        reason: "too dear".to_owned(),
        at: at(2),
    };
    let declined = OperatorEvent::LinkDeclined {
        proposal: id("a"),
        app: cityhop(),
        by: Side::Operator,
        reason: "too dear".to_owned(),
        at: at(2),
    };
    given::<Operator>([registered(), proposed("a", Side::App, 250)])
        .when(decline.clone())
        .then([declined.clone()]);
    let over = [registered(), proposed("a", Side::App, 250), declined];
    given::<Operator>(over.clone())
        .when(decline)
        .then_rejected(OperatorRejection::NoSuchProposal);
    given::<Operator>(over)
        .when(accept("a", Side::Operator, None))
        .then_rejected(OperatorRejection::NoSuchProposal);
}

#[test]
fn what_stands_is_not_proposed_and_unsound_terms_never_are() {
    given::<Operator>([registered(), linked(100, 0)])
        .when(propose("a", Side::App, 250))
        .then_rejected(OperatorRejection::LinkStands { app: cityhop() });
    given::<Operator>([registered()])
        .when(propose("a", Side::App, 10_001))
        .then_rejected(OperatorRejection::UnsoundFee);
}

#[test]
fn a_link_is_set_whatever_there_was() {
    let set = |basis_points| OperatorCommand::SetLink {
        link: link(basis_points, 0),
        at: at(5),
    };
    given::<Operator>([registered(), linked(100, 0)])
        .when(set(100))
        .then_nothing();
    given::<Operator>([registered(), linked(100, 0)])
        .when(set(200))
        .then([OperatorEvent::FeeChanged {
            app: cityhop(),
            fee: percent(200),
            effective_from: at(5),
            at: at(5),
        }]);
    let ended = OperatorEvent::Unlinked {
        app: cityhop(),
        reason: "over".to_owned(),
        at: at(3),
    };
    given::<Operator>([registered(), linked(100, 0), ended])
        .when(set(100))
        .then_rejected(OperatorRejection::ConsentOutdated);
}
