//! JWTs that the engine makes itself.

use chrono::{DateTime, TimeDelta, Utc};
use domain::AppId;

use crate::jwt::{JwtError, RiderClaims, issuer::Issuer};

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_770_000_000, 0).unwrap()
}

fn app(name: &str) -> AppId {
    AppId::parse(name).unwrap()
}

fn riders(seed: u8) -> Issuer {
    Issuer::of_riders(&[seed; 32]).unwrap()
}

fn minted(issuer: &Issuer) -> String {
    issuer
        .mint(&app("cityhop"), "1234", "foo@bar.com", now())
        .unwrap()
}

fn subject(checked: Option<Result<RiderClaims, JwtError>>) -> Option<Result<String, JwtError>> {
    checked.map(|checked| checked.map(|claims| claims.subject))
}

#[test]
fn what_was_made_for_an_app_is_good_for_it_for_an_hour() {
    let (issuer, cityhop) = (riders(1), app("cityhop"));
    let token = minted(&issuer);
    for (minutes, good) in [(0, true), (59, true), (61, false)] {
        let checked = issuer.verify(&cityhop, &token, now() + TimeDelta::minutes(minutes));
        let expected = good.then(|| "1234".to_owned()).ok_or(JwtError::Expired);
        assert_eq!(subject(checked), Some(expected), "{minutes}");
    }
}

#[test]
fn what_was_made_for_one_app_is_worth_nothing_with_another() {
    let issuer = riders(1);
    let token = minted(&issuer);
    for other in ["railmate", "city", "cityhop2", "CityHop"] {
        let checked = issuer.verify(&app(other), &token, now());
        assert_eq!(subject(checked), Some(Err(JwtError::AnotherApp)), "{other}");
    }
}

#[test]
fn another_key_is_another_issuer() {
    let token = minted(&riders(1));
    let cityhop = app("cityhop");
    assert_eq!(subject(riders(2).verify(&cityhop, &token, now())), None);
    let test_users = Issuer::of_test_users(&[3; 32]).unwrap();
    assert_eq!(subject(test_users.verify(&cityhop, &token, now())), None);
    assert!(!test_users.is_named_by(&token));
}

#[test]
fn even_under_one_key_a_test_user_is_no_rider() {
    let test_users = Issuer::of_test_users(&[1; 32]).unwrap();
    let checked = riders(1).verify(&app("cityhop"), &minted(&test_users), now());
    assert_eq!(subject(checked), Some(Err(JwtError::AnotherApp)));
}

#[test]
fn a_token_that_was_tampered_with_is_refused() {
    let issuer = riders(1);
    let (head, other) = (minted(&issuer), minted(&riders(2)));
    let head = head.rsplit_once('.').unwrap().0;
    let forged = format!("{head}.{}", other.rsplit_once('.').unwrap().1);
    let checked = issuer.verify(&app("cityhop"), &forged, now());
    assert_eq!(subject(checked), Some(Err(JwtError::Signature)));
    assert_eq!(
        subject(issuer.verify(&app("cityhop"), "no.jwt.at-all", now())),
        None
    );
}
