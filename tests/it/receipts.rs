//! Receipts: for whoever bought, at an address that nobody guesses, without a login.

use chrono::{SecondsFormat, TimeDelta, Utc};
use reqwest::Method;
use serde_json::Value;

use crate::world::{Answer, BOOK, Rider, SINGLE, Store, World, eventually, fields, on_both_stores};

on_both_stores!(
    a_receipt_is_read_by_whoever_has_its_address,
    a_receipt_says_what_was_refunded_and_what_remains,
    an_address_that_was_not_given_is_no_receipt,
    only_who_bought_has_the_receipt,
);

async fn read(world: &World, link: &str, language: Option<&str>) -> Answer {
    let link = link.split('#').next().unwrap();
    let path = link
        .strip_prefix(world.server.http())
        .expect("a link to this server");
    let call = world.app().bare(Method::GET, path);
    match language {
        Some(language) => call.header("Accept-Language", language).send().await,
        None => call.send().await,
    }
}

fn link_of(receipt: &Value) -> &str {
    assert_eq!(fields(receipt), ["link", "number"]);
    receipt["link"].as_str().unwrap()
}

async fn only_pass(rider: &Rider) -> Value {
    let wallet = rider.wallet().await;
    assert_eq!(wallet.passes().len(), 1);
    wallet.passes()[0].clone()
}

async fn a_receipt_is_read_by_whoever_has_its_address(store: Store) {
    let world = World::capped(store).await;
    let rider = world.rider("ann").await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let pass = only_pass(&rider).await;
    assert!(pass.get("refund_receipt").is_none());
    let receipt = &pass["purchase_receipt"];
    let number = receipt["number"].as_str().unwrap();
    assert!(number.len() <= 12, "{number}");
    let page = read(&world, link_of(receipt), None).await.ok();
    for said in [
        "<html lang=\"en\">",
        "Big &lt;Blue&gt; Bus",
        "Regular Single Ride",
        "1.25 USD",
        "Paid with: Stripe",
        "(Etc/UTC)",
        "noindex",
        number,
    ] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
    for fetched in ["http:", "https:", "src=", "url(", "<script", "<link", "<Blue>"] {
        assert!(!page.text.contains(fetched), "{fetched}: {}", page.text);
    }
    for personal in ["pm_card", "visa", "ann@example.com", "4242", "user_"] {
        assert!(!page.text.contains(personal), "{personal}");
    }
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.header("x-robots-tag"), "noindex, nofollow");
    assert!(
        page.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    let spanish = read(&world, link_of(receipt), Some("es-MX, en;q=0.5")).await.ok();
    for said in [
        "<html lang=\"es\">",
        "Recibo",
        "Gran autobús &lt;azul&gt;",
        "Viaje sencillo regular",
    ] {
        assert!(spanish.text.contains(said), "{said}: {}", spanish.text);
    }
    // The same for ever, in every answer.
    assert_eq!(only_pass(&rider).await["purchase_receipt"], *receipt);
}

async fn a_receipt_says_what_was_refunded_and_what_remains(store: Store) {
    let world = World::capped(store).await;
    let rider = world.rider("ann").await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let bought = only_pass(&rider).await;
    let soon = (Utc::now() + TimeDelta::seconds(1)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let items = bought["pass_id"].as_str().unwrap();
    let form = [("items", items), ("expiration_timestamp", &soon)];
    rider.post("/pass_transfer").keyed().form(&form).send().await.ok();
    eventually("the refund at Stripe", async || {
        world.books().await.refunds() == 1
    })
    .await;
    eventually("the refund on the receipt", async || {
        let page = read(&world, link_of(&bought["purchase_receipt"]), None)
            .await
            .ok();
        page.text.contains("Refunded")
    })
    .await;
    let refunded = only_pass(&rider).await;
    assert_eq!(refunded["purchase_receipt"], bought["purchase_receipt"]);
    let (receipt, bought) = (&refunded["refund_receipt"], &bought["purchase_receipt"]);
    let number = receipt["number"].as_str().unwrap();
    assert_eq!(link_of(receipt), format!("{}#{number}", link_of(bought)));
    let page = read(&world, link_of(receipt), None).await.ok();
    for said in [&format!("id=\"{number}\""), "Paid after refunds", "0.00 USD"] {
        assert!(page.text.contains(said), "{said}: {}", page.text);
    }
}

async fn an_address_that_was_not_given_is_no_receipt(store: Store) {
    let world = World::capped(store).await;
    let rider = world.rider("ann").await;
    rider.buy(SINGLE, "pm_card_visa").await.ok();
    let pass = only_pass(&rider).await;
    let link = link_of(&pass["purchase_receipt"]);
    let (base, token) = link.rsplit_once('/').unwrap();
    let mut tokens: Vec<String> = [3, 10, token.len() - 2]
        .into_iter()
        .map(|at| {
            let mut altered: Vec<char> = token.chars().collect();
            altered[at] = if altered[at] == 'A' { 'B' } else { 'A' };
            altered.into_iter().collect()
        })
        .collect();
    tokens.extend([&token[..token.len() - 4], "x", &"A".repeat(300)].map(str::to_owned));
    for token in tokens {
        let missing = read(&world, &format!("{base}/{token}"), None).await;
        assert_eq!(missing.status, 404, "{token}");
        assert!(missing.text.contains("no receipt"), "{}", missing.text);
    }
}

async fn only_who_bought_has_the_receipt(store: Store) {
    let world = World::capped(store).await;
    let (office, rider) = (world.rider("office").await, world.rider("ann").await);
    office.buy(SINGLE, "pm_card_visa").await.ok();
    let pass = only_pass(&office).await;
    let items = pass["pass_id"].as_str().unwrap();
    let sent = office
        .post("/pass_transfer")
        .keyed()
        .form(&[("items", items)])
        .send()
        .await
        .ok();
    let link = sent.body["redemption"]["url"].as_str().unwrap();
    rider
        .post("/redeem")
        .keyed()
        .form(&[("link", link)])
        .send()
        .await
        .ok();
    assert!(only_pass(&rider).await.get("purchase_receipt").is_none());

    let bought = rider.buy(BOOK, "pm_card_visa").await.ok();
    let book = &bought.body["pass_books"][0];
    let page = read(&world, link_of(&book["purchase_receipt"]), None).await.ok();
    assert!(page.text.contains("Regular 3 Ride") && page.text.contains("3.50 USD"));
}
