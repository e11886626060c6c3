//! The redemption links that the document names.

use serde_json::json;

use super::Fake;

/// The published table: the link, the code with a login, the code without.
const TABLE: [(&str, Option<&str>, Option<&str>); 7] = [
    (
        "test_redemption_already_used",
        Some("redemption_already_used"),
        Some("redemption_used_by_another_account"),
    ),
    ("test_redemption_ineligible", Some("redemption_ineligible"), None),
    (
        "test_redemption_invalid",
        Some("redemption_invalid"),
        Some("redemption_invalid"),
    ),
    (
        "test_redemption_limits_exceeded",
        Some("redemption_limits_exceeded"),
        None,
    ),
    (
        "test_redemption_into_source_account",
        Some("pass_transfer_into_source_account"),
        None,
    ),
    ("test_redemption_success", None, None),
    (
        "test_redemption_used_by_another_account",
        Some("redemption_used_by_another_account"),
        Some("redemption_used_by_another_account"),
    ),
];

const fn status(code: &str) -> u16 {
    match code.as_bytes() {
        b"redemption_ineligible" | b"redemption_used_by_another_account" => 403,
        b"redemption_limits_exceeded" => 428,
        _ => 400,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_link_behaves_as_the_document_says() {
    let fake = Fake::start().await;
    for (link, logged_in, not_logged_in) in TABLE {
        let path = format!("/redeem?link={link}");
        let looks = [
            (fake.get(&path).send().await, logged_in),
            (fake.app.get(&path).send().await, not_logged_in),
        ];
        for (answer, code) in looks {
            match code {
                Some(code) => answer.refused(status(code), Some(code)),
                None => assert_eq!(answer.ok().body["title"], "Redeem Fares", "{link}"),
            }
        }
        let redeemed = fake.post("/redeem", &[("link", link)]).send().await;
        match logged_in {
            Some(code) => redeemed.refused(status(code), Some(code)),
            None => assert_eq!(redeemed.ok().body, json!({}), "{link}"),
        }
        let nobody = fake.app.post("/redeem").form(&[("link", link)]).send().await;
        nobody.refused(401, Some("login_required"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_can_be_looked_at_as_html_and_inside_of_a_deep_link() {
    let fake = Fake::start().await;
    let html = fake
        .app
        .get("/redeem?link=redemption.link&text_mime_type=text/html");
    let html = html.send().await.ok();
    assert_eq!(
        html.body["message"],
        "<p>The following fares will be made available in your account:</p><ul><li>Adult Single Ride, Quantity: 1</li></ul>"
    );
    let deep = [("link", "https://app.example/redeem?code=test_redemption_success")];
    fake.post("/redeem", &deep).send().await.ok();
    let looked = fake.get("/redeem?link=test_redemption_success").send().await.ok();
    assert_eq!(looked.body["code"], "test_redemption_success");
    for unknown in ["redemption.link2", "anything"] {
        let refused = fake.get(&format!("/redeem?link={unknown}")).send().await;
        refused.refused(400, Some("redemption_invalid"));
        let refused = fake.post("/redeem", &[("link", unknown)]).send().await;
        refused.refused(400, Some("redemption_invalid"));
    }
    fake.get("/redeem").send().await.refused_for(400, None, "link");
    fake.post("/redeem", &[])
        .send()
        .await
        .refused_for(400, None, "link");
    let odd = fake
        .get("/redeem?link=redemption.link&text_mime_type=text/pdf")
        .send()
        .await;
    odd.refused_for(400, None, "text_mime_type");
}
