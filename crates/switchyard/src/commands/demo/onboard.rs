//! Journey 1: operators come aboard.

use anyhow::Context;
use reqwest::StatusCode;
use stripe_sim::core::{AccountState, NewAccount};

use super::{
    rider::Rider,
    stage::{MARKETPLACE, Stage},
    story::Story,
};

/// An operator that joins while the marketplace is running.
const NEWCOMER: &str = "
operators:
  - id: bayferry
    kind: transit
    name: Bay Ferry
    country: US
    timezone: America/Los_Angeles
    region: San Francisco, CA
    stripe_account: acct_bayferry
    links:
      - app: cityhop
        fee: { basis_points: 250 }
        agreed_on: 2026-05-01
        agreed_by_app: CityHop partnerships
        agreed_by_operator: Bay Ferry ticketing
    catalog:
      currency: USD
      fares:
        - id: crossing
          name: Single crossing
          description: Valid on any ferry for 90 minutes.
          price: 480
          valid_for: { minutes: 90 }
";

pub(crate) async fn tell(stage: &Stage, story: &mut Story) -> anyhow::Result<()> {
    story.title("Journey 1: onboard an operator");
    let events = stage.apply(MARKETPLACE).await?;
    story.say(&format!(
        "The demo marketplace was applied through the admin API: {events} events."
    ));
    let again = stage.apply(MARKETPLACE).await?;
    story.check("applying the same file again appends nothing", again == 0);
    let mut rider = Rider::log_in(stage, "first-rider", "phone-0").await?;
    let agencies = rider.get("/agency").await?;
    let names = agencies
        .body
        .pointer("/agencies")
        .and_then(|list| list.as_array())
        .context("no agencies")?;
    let names: Vec<&str> = names
        .iter()
        .filter_map(|agency| agency.get("agency_name")?.as_str())
        .collect();
    story.say(&format!("CityHop now sells for {}.", names.join(" and ")));

    story.say("Bay Ferry signs up. Its Stripe account exists, but its onboarding is not finished.");
    stage.stripe().create_account(NewAccount {
        id: Some("acct_bayferry".to_owned()),
        platform: Some("sk_test_cityhop".to_owned()),
        state: AccountState::Onboarding,
        ..NewAccount::default()
    })?;
    stage.apply(NEWCOMER).await?;
    let early = rider
        .buy("bayferry", "crossing", "tok_visa", "demo-early-bird")
        .await?;
    story.check(
        "nothing can be bought from an operator that Stripe does not let be paid",
        early.code() == "fares_cannot_be_purchased",
    );
    stage.stripe().complete_onboarding("acct_bayferry")?;
    let refreshed = stage.admin("operators/bayferry/refresh", None).await?;
    story.say("Stripe finishes the onboarding; the engine asks, and records what Stripe says.");
    let enabled = refreshed
        .get("charges_enabled")
        .and_then(serde_json::Value::as_bool);
    story.check(
        "Bay Ferry can be paid now, on Stripe's word",
        enabled == Some(true),
    );
    let fares = rider.get("/agency/bayferry/fare").await?;
    story.check("its fares are on sale", fares.status == StatusCode::OK);
    Ok(())
}
