//! Carts that are refused.

use crate::world::{OTHER_APPS_KEY, Store, World, on_both_stores, token};

on_both_stores!(
    a_cart_comes_from_an_agency_or_a_token_and_not_from_both,
    a_fare_is_named_once_and_in_whole_numbers,
    a_token_that_was_not_given_to_this_app_is_refused,
    what_is_not_sold_is_not_found,
    limits_hold_for_a_fare_and_for_an_order,
    some_fares_are_for_riders_who_are_known_or_allowed,
    a_fare_that_is_gone_has_to_be_taken_out,
    what_cannot_be_paid_cannot_be_put_into_a_cart,
    a_purchase_names_a_cart_or_a_fare_and_not_both,
);

async fn a_cart_comes_from_an_agency_or_a_token_and_not_from_both(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider.cart(&[("a", "metro")]).await.ok().body;
    rider
        .cart(&[("add_fares[single]", "1")])
        .await
        .refused_for(400, None, "a");
    rider
        .cart(&[("a", "metro"), ("cart_token", token(&cart))])
        .await
        .refused_for(400, None, "a");
    for nowhere in ["nowhere", "not an id"] {
        rider
            .cart(&[("a", nowhere)])
            .await
            .refused_for(404, Some("resource_not_found"), "a");
    }
}

async fn a_fare_is_named_once_and_in_whole_numbers(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let twice = [
        ("add_fares[single]", "update_fares[single]"),
        ("add_fares[single]", "remove_fares[single]"),
        ("update_fares[single]", "remove_fares[single]"),
    ];
    for (one, other) in twice {
        rider
            .cart(&[("a", "metro"), (one, "1"), (other, "1")])
            .await
            .refused_for(400, None, other);
    }
    let malformed = [
        ("add_fares[single]", "0"),
        ("remove_fares[single]", "0"),
        ("add_fares[single]", "-1"),
        ("update_fares[single]", "1.5"),
        ("update_fares[single]", "two"),
        ("add_fares[single]", "99999999999"),
    ];
    for (param, value) in malformed {
        rider
            .cart(&[("a", "metro"), (param, value)])
            .await
            .refused_for(400, None, param);
    }
    rider
        .cart(&[("a", "metro"), ("add_fares", "single")])
        .await
        .refused_for(400, None, "add_fares");
}

async fn a_token_that_was_not_given_to_this_app_is_refused(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[("a", "metro"), ("add_fares[single]", "1")])
        .await
        .ok()
        .body;
    let token = token(&cart);
    let other_app = world.app_with(OTHER_APPS_KEY);
    other_app
        .post("/cart")
        .form(&[("cart_token", token)])
        .send()
        .await
        .refused_for(400, None, "cart_token");
    // Base64 of another byte in the middle of the signature.
    let turned = if token.as_bytes()[6] == b'A' { "B" } else { "A" };
    let altered = format!("{}{turned}{}", &token[..6], &token[7..]);
    for bad in [altered.as_str(), &token[..token.len() - 3], "e30", "no token"] {
        rider
            .cart(&[("cart_token", bad)])
            .await
            .refused_for(400, None, "cart_token");
        rider.buy_cart(bad).await.refused_for(400, None, "cart_token");
    }
    assert!(world.books().await.kept().is_empty());
}

async fn what_is_not_sold_is_not_found(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    // The last is a fare whose time is past.
    for fare in ["nothing", "not an id", "past_event"] {
        for map in ["add_fares", "update_fares", "remove_fares"] {
            let param = format!("{map}[{fare}]");
            rider.cart(&[("a", "metro"), (&param, "1")]).await.refused_for(
                404,
                Some("resource_not_found"),
                &param,
            );
        }
    }
}

async fn limits_hold_for_a_fare_and_for_an_order(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[
            ("a", "metro"),
            ("add_fares[event]", "3"),
            ("add_fares[single]", "9"),
        ])
        .await
        .ok()
        .body;
    rider
        .cart(&[("cart_token", token(&cart)), ("add_fares[single]", "1")])
        .await
        .refused(400, Some("single_order_pass_limit_exceeded"));
    rider
        .cart(&[("cart_token", token(&cart)), ("add_fares[event]", "1")])
        .await
        .refused(400, Some("invalid_cart"));
    rider
        .cart(&[("cart_token", token(&cart)), ("add_fares[single]", "4294967295")])
        .await
        .refused(400, Some("single_order_pass_limit_exceeded"));
    // The last valid cart goes on.
    let bought = rider.buy_cart(token(&cart)).await.ok();
    assert_eq!(bought.body["passes"].as_array().unwrap().len(), 12);
    assert_eq!(world.books().await.kept()[0].amount, 3 * 500 + 9 * 203);
}

async fn some_fares_are_for_riders_who_are_known_or_allowed(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let personal = [("a", "metro"), ("add_fares[personal]", "1")];
    let nobody = world.app().post("/cart").form(&personal).send().await;
    nobody.refused(401, Some("login_required"));
    let cart = rider.cart(&personal).await.ok().body;
    assert_eq!(cart["items"][0]["fare"]["login_required"], true);
    let restricted = [("a", "metro"), ("add_fares[senior_single]", "1")];
    rider
        .cart(&restricted)
        .await
        .refused(403, Some("restricted_purchase"));
    let nobody = world.app().post("/cart").form(&restricted).send().await;
    nobody.refused(403, Some("restricted_purchase"));
}

async fn a_fare_that_is_gone_has_to_be_taken_out(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[
            ("a", "metro"),
            ("add_fares[event]", "1"),
            ("add_fares[single]", "1"),
        ])
        .await
        .ok()
        .body;
    world
        .apply(|text| text.replace("- id: event\n", "- id: concert\n"))
        .await;
    let out_of_date = Some("fares_out_of_date");
    rider.buy_cart(token(&cart)).await.refused(400, out_of_date);
    rider
        .cart(&[("cart_token", token(&cart))])
        .await
        .refused(400, out_of_date);
    rider
        .cart(&[("cart_token", token(&cart)), ("add_fares[event]", "1")])
        .await
        .refused_for(400, out_of_date, "add_fares[event]");
    let fresh = rider
        .cart(&[("cart_token", token(&cart)), ("update_fares[event]", "0")])
        .await
        .ok()
        .body;
    assert_eq!(fresh["total_price"]["amount"], 203);
    rider.buy_cart(token(&fresh)).await.ok();
    assert_eq!(world.books().await.kept().len(), 1);
}

async fn what_cannot_be_paid_cannot_be_put_into_a_cart(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[("a", "metro"), ("add_fares[single]", "1")])
        .await
        .ok()
        .body;
    let state = stripe_sim::core::AccountState::Restricted;
    world.stripe().set_account_state("acct_metro", state).unwrap();
    let path = "/admin/v1/test/operators/metro/refresh";
    let refresh = world.app().bare(reqwest::Method::POST, path);
    refresh.bearer(crate::world::ADMIN_KEY).send().await.ok();
    let code = Some("fares_cannot_be_purchased");
    rider.buy_cart(token(&cart)).await.refused(403, code);
    rider
        .cart(&[("cart_token", token(&cart)), ("add_fares[single]", "1")])
        .await
        .refused(403, code);
    // Sent back, it shows that there is nothing to buy.
    let sent_back = rider.cart(&[("cart_token", token(&cart))]).await.ok().body;
    assert_eq!(sent_back["agency_fares"], serde_json::json!([]));
    assert_eq!(sent_back["items"].as_array().unwrap().len(), 1);
    assert!(world.books().await.kept().is_empty());
}

async fn a_purchase_names_a_cart_or_a_fare_and_not_both(store: Store) {
    let world = World::of_fares(store).await;
    let rider = world.rider("ann").await;
    let cart = rider
        .cart(&[("a", "metro"), ("add_fares[single]", "1")])
        .await
        .ok()
        .body;
    let token = token(&cart);
    let wrong: [(&[(&str, &str)], &str); 5] = [
        (&[("cart_token", token), ("a", "metro")], "a"),
        (&[("cart_token", token), ("fare_id", "single")], "fare_id"),
        (&[("a", "metro")], "fare_id"),
        (&[("fare_id", "single")], "a"),
        (&[], "a"),
    ];
    let state = rider.state().await;
    for (which, param) in wrong {
        let mut form = vec![("stripe_token", "pm_card_visa"), ("ticket_format", "none")];
        form.extend(which);
        rider
            .post("/purchase")
            .keyed()
            .header("Token-Transit-Passes-State", &state)
            .form(&form)
            .send()
            .await
            .refused_for(400, None, param);
    }
    assert!(world.books().await.kept().is_empty());
}
