//! The passes that the document names behave as it describes.

use serde_json::Value;

use super::Fake;

const ALL: [(&str, &str); 9] = [
    ("pass_active", "active"),
    ("pass_unactivated", "unactivated"),
    ("pass_active_on_another_device", "active_on_another_device"),
    ("pass_expired", "expired"),
    ("pass_refunded", "refunded"),
    ("pass_stale_ticket", "stale_ticket"),
    ("pass_regular_3_ride.sub_pass_1", "expired"),
    ("pass_regular_3_ride.sub_pass_2", "active"),
    ("pass_regular_3_ride.sub_pass_3", "unactivated"),
];

const BOOK: &str = "book_regular_3_ride";

fn statuses(body: &Value) -> Vec<(&str, &str)> {
    let passes = body["passes"].as_array().unwrap().iter();
    passes
        .map(|pass| {
            (
                pass["pass_id"].as_str().unwrap(),
                pass["status"].as_str().unwrap(),
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_pass_has_the_status_it_is_named_for() {
    let fake = Fake::start().await;
    for (pass, status) in ALL {
        for path in [format!("/pass/{pass}"), format!("/agency/bigbluebus/pass/{pass}")] {
            let shown = fake.get(&path).send().await.ok();
            assert_eq!(shown.body["pass_id"], pass);
            assert_eq!(shown.body["status"], status);
            assert_eq!(
                shown.body.get("display_html").is_some(),
                status == "active",
                "{pass}"
            );
            assert_eq!(
                shown.body.get("fare").is_some(),
                !pass.contains("sub_pass"),
                "{pass}"
            );
        }
        let elsewhere = fake.get(&format!("/agency/elsewhere/pass/{pass}")).send().await;
        elsewhere.refused_for(404, Some("resource_not_found"), "pass_id");
    }
    let book = fake.get(&format!("/pass/{BOOK}")).send().await;
    book.refused_for(400, Some("invalid_id"), "pass_id");
    let unknown = fake.get("/pass/pass_unknown").send().await;
    unknown.refused_for(404, Some("resource_not_found"), "pass_id");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pass_is_activated_or_refused_as_its_status_says() {
    let fake = Fake::start().await;
    let refusals = [
        (
            "pass_active_on_another_device",
            428,
            "pass_active_on_another_device",
        ),
        ("pass_expired", 400, "pass_expired"),
        ("pass_refunded", 400, "pass_refunded"),
        ("pass_regular_3_ride.sub_pass_1", 400, "pass_expired"),
        (BOOK, 400, "invalid_id"),
        ("pass_unknown", 404, "resource_not_found"),
    ];
    for (pass, status, code) in refusals {
        fake.activate(pass).send().await.refused(status, Some(code));
    }
    let usable = [
        "pass_active",
        "pass_unactivated",
        "pass_stale_ticket",
        "pass_regular_3_ride.sub_pass_2",
        "pass_regular_3_ride.sub_pass_3",
    ];
    for pass in usable {
        let activated = fake.activate(pass).send().await.ok();
        assert_eq!(activated.body["activated_pass_id"], pass);
        let expected = ALL.map(|(id, status)| (id, if id == pass { "active" } else { status }));
        assert_eq!(statuses(&activated.body), expected, "only this one has changed");
        let mut passes = activated.body["passes"].as_array().unwrap().iter();
        let shown = passes.find(|it| it["pass_id"] == pass).unwrap();
        assert!(shown["display_html"].is_string() && shown["ticket_expiration_timestamp"].is_string());
        let left = usize::from(!pass.ends_with("sub_pass_3"));
        assert_eq!(
            activated.body["pass_books"][0]["unactivated_remaining_count"],
            left
        );
        // Nothing was remembered.
        let again = fake.get(&format!("/pass/{pass}")).send().await.ok();
        let status = ALL.iter().find(|(id, _)| *id == pass).unwrap().1;
        assert_eq!(again.body["status"], status);
    }
    let formless = fake.post("/pass/pass_unactivated/activate", &[]).send().await;
    formless.refused_for(400, None, "ticket_format");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_never_activated_cannot_have_been_shown() {
    let fake = Fake::start().await;
    let report = |pass: &str, more: &[(&str, &str)]| {
        let mut form = vec![
            ("pass_id", pass),
            ("timestamp", "2020-03-14T17:00:01.123456789-07:00"),
        ];
        form.extend(more);
        fake.post("/validation/visual", &form)
    };
    for (pass, status) in ALL {
        let answer = report(pass, &[]).send().await;
        match status {
            "unactivated" => answer.refused(428, Some("pass_unactivated")),
            _ => assert_eq!(answer.ok().body, serde_json::json!({}), "{pass}"),
        }
    }
    report(BOOK, &[]).send().await.refused(400, Some("invalid_id"));
    let unknown = report("pass_unknown", &[]).send().await;
    unknown.refused_for(404, Some("resource_not_found"), "pass_id");
    let bad = [
        ("timestamp", "yesterday"),
        ("latitude", "north"),
        ("latitude", "90.1"),
        ("latitude", "NaN"),
        ("longitude", "-180.5"),
        ("longitude", "inf"),
    ];
    for (name, value) in bad {
        let refused = report("pass_active", &[(name, value)]).send().await;
        refused.refused_for(400, None, name);
    }
    report("pass_active", &[("latitude", "-90"), ("longitude", "180.0")])
        .send()
        .await
        .ok();
    for missing in ["pass_id", "timestamp"] {
        let form = [("pass_id", "pass_active"), ("timestamp", "2020-03-14T17:00:01Z")];
        let form: Vec<(&str, &str)> = form.into_iter().filter(|(name, _)| *name != missing).collect();
        let refused = fake.post("/validation/visual", &form).send().await;
        refused.refused_for(400, None, missing);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_shows_what_was_asked_for() {
    let fake = Fake::start().await;
    let list = async |query: &str| fake.get(&format!("/pass?{query}")).send().await.ok().body;
    let usable: Vec<(&str, &str)> = ALL
        .into_iter()
        .filter(|(_, status)| !["expired", "refunded"].contains(status))
        .collect();
    for query in [
        "ticket_format=none",
        "ticket_format=none&omit_unusable_passes=true",
        "ticket_format=none&omit_unusabled_passes=1",
    ] {
        assert_eq!(statuses(&list(query).await), usable, "{query}");
    }
    for query in ["omit_unusable_passes=false", "omit_unusabled_passes=0"] {
        let all = list(&format!("ticket_format=none&{query}")).await;
        assert_eq!(statuses(&all), ALL, "{query}");
    }
    let raw = list("ticket_format=html_raw").await;
    let html = "<html><body>Token Transit ticket</body></html>";
    assert_eq!(raw["passes"][0]["display_html"], html);
    let base64 = list("ticket_format=html_base64&include_fare_options=true").await;
    let printed = "PGh0bWw+PGJvZHk+VG9rZW4gVHJhbnNpdCB0aWNrZXQ8L2JvZHk+PC9odG1sPg";
    assert_eq!(base64["passes"][0]["display_html"], printed);
    assert_eq!(base64["fare_options"][1]["type"], "fare");
    let sold = &base64["passes"][0]["fare"];
    assert_eq!(sold["options"][0]["id"], "rider_regular");
    assert_eq!(sold["price"]["amount"], 125, "shown unless declined");
    assert_eq!(base64["pass_books"][0]["fare"]["price"]["amount"], 350);
    let bare = list("ticket_format=none&include_fare_price=false").await;
    assert!(bare["passes"][0]["fare"].get("price").is_none() && bare.get("fare_options").is_none());
    fake.get("/pass")
        .send()
        .await
        .refused_for(400, None, "ticket_format");
    for (name, value) in [
        ("ticket_format", "pdf"),
        ("omit_unusable_passes", "perhaps"),
        ("include_fare_price", "2"),
        ("include_fare_options", "no"),
    ] {
        let path = format!("/pass?ticket_format=none&{name}={value}");
        fake.get(&path).send().await.refused_for(400, None, name);
    }
}
