//! Journey 2: buy and ride, at one operator after the other, with a card that was saved once.

use reqwest::StatusCode;
use serde_json::Value;

use super::{rider::Rider, stage::Stage, story::Story};

pub(crate) async fn tell(stage: &Stage, story: &mut Story) -> anyhow::Result<()> {
    story.title("Journey 2: buy and ride");
    let mut ana = Rider::log_in(stage, "ana", "ana-phone").await?;
    story.say("Ana logs in with a JWT of her app and buys a Big Blue Bus ride with a new card.");
    let bought = ana
        .buy("bigbluebus", "regular_single_ride", "tok_visa", "demo-ana-1")
        .await?;
    story.check(
        "the purchase is answered with her passes",
        bought.status == StatusCode::OK,
    );
    let pass = bought.text("/passes/0/pass_id").to_owned();
    let card = bought.text("/passes/0/stripe_source").to_owned();
    story.say(&format!(
        "She holds {pass}, unactivated; her card is kept as {card}."
    ));
    let again = ana
        .buy("bigbluebus", "regular_single_ride", "tok_visa", "demo-ana-1")
        .await?;
    story.check(
        "the same request with the same key has the same answer",
        again.body == bought.body,
    );
    story.check("and was charged once", charges(stage, "acct_bigbluebus") == 1);

    let riding = ana.activate(&pass).await?;
    let active = riding
        .passes()
        .iter()
        .any(|it| is(it, "status", "active") && it.get("display_html").is_some());
    story.check("activated, the pass shows a ticket", active);
    let mut tablet = Rider::log_in(stage, "ana", "ana-tablet").await?;
    let refused = tablet.activate(&pass).await?;
    story.check(
        "her other device cannot use it at the same time",
        refused.code() == "pass_active_on_another_device",
    );

    let abroad = ana.buy("linia_wislana", "single_75", &card, "demo-ana-2").await?;
    story.check(
        "the same card pays another operator, in another currency",
        abroad.status == StatusCode::OK,
    );
    let ferry = ana.buy("bayferry", "crossing", &card, "demo-ana-3").await?;
    story.check(
        "and the newcomer, with no call by app or rider",
        ferry.status == StatusCode::OK,
    );
    let accounts = ["acct_bigbluebus", "acct_liniawislana", "acct_bayferry"];
    let each_once = accounts.iter().all(|account| charges(stage, account) == 1);
    story.check(
        "every charge landed on the account of the operator that was paid",
        each_once,
    );

    let broke = ana
        .buy(
            "bigbluebus",
            "regular_single_ride",
            "pm_card_chargeCustomerFail",
            "demo-ana-4",
        )
        .await?;
    story.check(
        "a card that is declined is said to be",
        broke.code() == "card_declined_generic",
    );
    let wallet = ana.list().await?;
    story.check("and leaves no pass behind", wallet.passes().len() == 3);

    let book = ana
        .buy("bigbluebus", "regular_3_ride", &card, "demo-ana-5")
        .await?;
    let left = book
        .body
        .pointer("/pass_books/0/unactivated_remaining_count")
        .and_then(Value::as_u64);
    story.check("a book of three rides has three rides", left == Some(3));
    Ok(())
}

pub(super) fn is(object: &Value, name: &str, text: &str) -> bool {
    object.get(name).and_then(Value::as_str) == Some(text)
}

/// Successful charges on an account, by Stripe's own books.
pub(super) fn charges(stage: &Stage, account: &str) -> usize {
    super::audit::charges_of(&stage.stripe().books(), account)
        .filter(|charge| is(charge, "status", "succeeded"))
        .count()
}
