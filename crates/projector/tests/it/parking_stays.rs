//! The list of stays, and what is owed for them.

use domain::{
    AppId, Currency, LocationId, Money, OperatorId, ParkingSessionId, UserId,
    app::KeyDigest,
    parking::{CloseReason, EndedBy, ParkingEvent, ParkingSession, Settlement, Stay},
};
use projector::{DebtSum, ParkingStays, StayRow, StaysAsked};
use uuid::Uuid;

use crate::{
    fixtures::{dollars, minute, purchase, rider},
    world::{Server, World, on_both_stores, write},
};

on_both_stores! {
    a_stay_is_listed_from_its_beginning_until_it_is_paid,
    a_debt_is_known_until_it_is_paid_or_forgiven,
    what_was_given_up_says_why,
    a_list_is_filtered_and_turned_over_page_by_page,
    what_is_owed_comes_by_attempts_and_the_longest_ago_first,
    what_goes_on_comes_the_oldest_first,
    stays_are_the_same_built_anew,
    a_stay_in_another_ones_stream_stops_it,
}

fn session(number: u128) -> ParkingSessionId {
    ParkingSessionId::from_uuid(Uuid::from_u128(number))
}

fn operator() -> OperatorId {
    OperatorId::parse("harborpark").unwrap()
}

fn stay(number: u128) -> Stay {
    Stay {
        session: session(number),
        app: AppId::parse("cityhop").unwrap(),
        user: rider(number),
        operator: operator(),
        location: LocationId::parse(if number.is_multiple_of(2) { "even" } else { "odd" }).unwrap(),
        rate_version: 1,
        is_simulated: false,
    }
}

fn started(number: u128, at: i64) -> ParkingEvent {
    ParkingEvent::Started {
        stay: stay(number),
        at: minute(at),
    }
}

fn ended(at: i64) -> ParkingEvent {
    ParkingEvent::Ended {
        by: EndedBy::Rider,
        at: minute(at),
    }
}

fn billed(number: u128, at: i64) -> ParkingEvent {
    ParkingEvent::Billed {
        purchase: purchase(number),
        cost: dollars(700),
        at: minute(at),
    }
}

fn failed(number: u128, at: i64) -> ParkingEvent {
    ParkingEvent::PaymentFailed {
        purchase: purchase(number),
        code: "card_declined".to_owned(),
        at: minute(at),
    }
}

fn billed_again(number: u128, at: i64) -> ParkingEvent {
    ParkingEvent::BilledAgain {
        purchase: purchase(number),
        at: minute(at),
    }
}

async fn happens(server: &Server, number: u128, events: impl IntoIterator<Item = ParkingEvent>) {
    server
        .append([write::<ParkingSession>(session(number), events)])
        .await;
    server.projector().catch_up().await.unwrap();
}

async fn listed(server: &Server, asked: StaysAsked) -> Vec<StayRow> {
    let asked = StaysAsked { limit: 100, ..asked };
    ParkingStays::list(server.views(), &operator(), &asked)
        .await
        .unwrap()
}

async fn only(server: &Server) -> StayRow {
    let mut rows = listed(server, StaysAsked::default()).await;
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn sessions(rows: &[StayRow]) -> Vec<ParkingSessionId> {
    rows.iter().map(|row| row.session.clone()).collect()
}

async fn a_stay_is_listed_from_its_beginning_until_it_is_paid(world: World) {
    let server = world.serve().await;
    happens(&server, 1, [started(1, 0)]).await;
    let begun = StayRow {
        session: session(1),
        operator: operator(),
        app: AppId::parse("cityhop").unwrap(),
        rider: UserId::from_uuid(Uuid::from_u128(1)),
        location: LocationId::parse("odd").unwrap(),
        is_simulated: false,
        state: "active".to_owned(),
        began: minute(0),
        started_at: Some(minute(0)),
        ended_at: None,
        given_up: None,
        purchase: None,
        cost: None,
        payment: "none".to_owned(),
        attempts: 0,
        last_attempt_at: None,
        failure: None,
        owed_since: None,
    };
    assert_eq!(only(&server).await, begun);
    happens(&server, 1, [ended(9), billed(1, 9)]).await;
    let due = StayRow {
        state: "over".to_owned(),
        ended_at: Some(minute(9)),
        purchase: Some(purchase(1)),
        cost: Some(dollars(700)),
        payment: "due".to_owned(),
        attempts: 1,
        last_attempt_at: Some(minute(9)),
        ..begun
    };
    assert_eq!(only(&server).await, due);
    let paid = ParkingEvent::Paid {
        purchase: purchase(1),
        at: minute(10),
    };
    happens(&server, 1, [paid]).await;
    let paid = StayRow {
        payment: "paid".to_owned(),
        ..due
    };
    assert_eq!(only(&server).await, paid);
    let elsewhere = OperatorId::parse("bigbluebus").unwrap();
    let asked = StaysAsked {
        limit: 100,
        ..StaysAsked::default()
    };
    let others = ParkingStays::list(server.views(), &elsewhere, &asked).await;
    assert_eq!(others.unwrap(), []);
}

async fn a_debt_is_known_until_it_is_paid_or_forgiven(world: World) {
    let server = world.serve().await;
    let owed = |number| [started(number, 0), ended(1), billed(number, 1), failed(number, 2)];
    for number in [1, 2] {
        happens(&server, number, owed(number)).await;
    }
    let sum = |cents, stays| DebtSum {
        total: Money::new(cents, Currency::USD),
        stays,
    };
    let debts = async || ParkingStays::debts(server.views(), &operator()).await.unwrap();
    assert_eq!(debts().await, [sum(1400, 2)]);
    happens(&server, 1, [billed_again(11, 60)]).await;
    assert_eq!(debts().await, [sum(1400, 2)], "what is tried again is still owed");
    let row = listed(&server, StaysAsked::default()).await.pop().unwrap();
    assert_eq!(
        (
            row.payment.as_str(),
            row.attempts,
            row.purchase,
            row.last_attempt_at
        ),
        ("due", 2, Some(purchase(11)), Some(minute(60)))
    );
    assert_eq!(
        (row.failure.as_deref(), row.owed_since),
        (Some("card_declined"), Some(minute(2)))
    );
    let paid = ParkingEvent::Paid {
        purchase: purchase(11),
        at: minute(61),
    };
    happens(&server, 1, [paid]).await;
    assert_eq!(debts().await, [sum(700, 1)]);
    let forgiven = ParkingEvent::DebtSettled {
        settlement: Settlement::Forgiven {
            reason: "the meter was broken".to_owned(),
        },
        at: minute(62),
    };
    happens(&server, 2, [forgiven]).await;
    assert_eq!(debts().await, []);
    let rows = listed(&server, StaysAsked::default()).await;
    let payments: Vec<_> = rows.iter().map(|row| row.payment.as_str()).collect();
    assert_eq!(payments, ["forgiven", "paid_late"]);
}

async fn what_was_given_up_says_why(world: World) {
    let server = world.serve().await;
    let pending = ParkingEvent::EntryPending {
        stay: stay(1),
        redemption: KeyDigest::parse("ab".repeat(32)).unwrap(),
        at: minute(0),
    };
    happens(&server, 1, [pending]).await;
    let waiting = only(&server).await;
    assert_eq!(
        (waiting.state.as_str(), waiting.started_at),
        ("awaiting_entry", None)
    );
    let closed = ParkingEvent::Closed {
        reason: CloseReason::EntryNeverUsed,
        at: minute(90),
    };
    happens(&server, 1, [closed]).await;
    let row = only(&server).await;
    assert_eq!(
        (row.state.as_str(), row.given_up.as_deref()),
        ("given_up", Some("entry_never_used"))
    );
    let cancelled = ParkingEvent::Cancelled {
        reason: "Mrs. Doe called".to_owned(),
        at: minute(3),
    };
    happens(&server, 2, [started(2, 2), cancelled]).await;
    let newest = listed(&server, StaysAsked::default()).await.remove(0);
    assert_eq!(
        newest.given_up.as_deref(),
        Some("cancelled"),
        "no words of anybody's"
    );
}

async fn a_list_is_filtered_and_turned_over_page_by_page(world: World) {
    let server = world.serve().await;
    for number in 1..=5 {
        // Two of each age.
        happens(
            &server,
            number,
            [started(number, i64::try_from(number / 2).unwrap())],
        )
        .await;
    }
    happens(&server, 2, [ended(9), billed(2, 9), failed(2, 10)]).await;
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let asked = StaysAsked {
            after: after.clone(),
            limit: 2,
            ..StaysAsked::default()
        };
        let page = ParkingStays::list(server.views(), &operator(), &asked)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.began, last.session.clone()));
        seen.extend(sessions(&page));
    }
    assert_eq!(seen, [5, 4, 3, 2, 1].map(session));
    let filtered = async |asked| sessions(&listed(&server, asked).await);
    let over = StaysAsked {
        state: Some("over".to_owned()),
        ..StaysAsked::default()
    };
    assert_eq!(filtered(over).await, [session(2)]);
    let unpaid = StaysAsked {
        payment: Some("owed".to_owned()),
        ..StaysAsked::default()
    };
    assert_eq!(filtered(unpaid).await, [session(2)]);
    let odd = StaysAsked {
        location: Some(LocationId::parse("odd").unwrap()),
        ..StaysAsked::default()
    };
    assert_eq!(filtered(odd).await, [5, 3, 1].map(session));
    let debts = StaysAsked {
        only_debts: true,
        ..StaysAsked::default()
    };
    assert_eq!(filtered(debts).await, [session(2)]);
}

async fn what_is_owed_comes_by_attempts_and_the_longest_ago_first(world: World) {
    let server = world.serve().await;
    for (number, at) in [(1, 30), (2, 10), (3, 20), (4, 50)] {
        let owed = [
            started(number, 0),
            ended(1),
            billed(number, 1),
            failed(number, at),
        ];
        happens(&server, number, owed).await;
    }
    happens(&server, 3, [billed_again(13, 40), failed(13, 41)]).await;
    let views = server.views();
    let owed = async |attempts, until, after: Option<&StayRow>, limit| {
        ParkingStays::owed(views, attempts, minute(until), after, limit)
            .await
            .unwrap()
    };
    let first = owed(1, 30, None, 10).await;
    assert_eq!(
        sessions(&first),
        [session(2), session(1)],
        "those of long enough ago"
    );
    assert_eq!(sessions(&owed(2, 41, None, 10).await), [session(3)]);
    let page = owed(1, 60, None, 1).await;
    assert_eq!(sessions(&page), [session(2)]);
    assert_eq!(
        sessions(&owed(1, 60, page.last(), 10).await),
        [session(1), session(4)]
    );
}

async fn what_goes_on_comes_the_oldest_first(world: World) {
    let server = world.serve().await;
    for (number, at) in [(1, 3), (2, 1), (3, 2), (4, 9)] {
        happens(&server, number, [started(number, at)]).await;
    }
    happens(&server, 3, [ended(4)]).await;
    let views = server.views();
    let page = ParkingStays::going_on(views, minute(9), None, 1).await.unwrap();
    assert_eq!(sessions(&page), [session(2)]);
    let rest = ParkingStays::going_on(views, minute(9), page.last(), 10).await;
    assert_eq!(sessions(&rest.unwrap()), [session(1)]);
}

async fn stays_are_the_same_built_anew(world: World) {
    let server = world.serve().await;
    for number in 1..=3 {
        let owed = [started(number, 0), ended(1), billed(number, 1), failed(number, 2)];
        happens(&server, number, owed).await;
    }
    let before = listed(&server, StaysAsked::default()).await;
    server.meddle("DELETE FROM parking_stays").await;
    assert_eq!(listed(&server, StaysAsked::default()).await, []);
    server.projector().rebuild_named("parking_stays").await.unwrap();
    assert_eq!(listed(&server, StaysAsked::default()).await, before);
    happens(&server, 3, [billed_again(13, 9)]).await;
    let after = listed(&server, StaysAsked::default()).await;
    assert_ne!(after, before, "the new one goes on");
}

async fn a_stay_in_another_ones_stream_stops_it(world: World) {
    let server = world.serve().await;
    server
        .append([write::<ParkingSession>(session(1), [started(2, 0)])])
        .await;
    let stopped = server.projector().catch_up().await.unwrap_err();
    assert!(
        matches!(stopped, projector::ProjectorError::Poison { .. }),
        "{stopped}"
    );
}
