//! Every path answers every method and every kind of nonsense with a documented status, in the published shape.

use reqwest::Method;

use crate::world::{Answer, Store, World, on_both_stores};

on_both_stores!(
    a_path_with_the_wrong_method_does_not_exist,
    head_works_like_get,
    every_call_but_that_for_the_keys_needs_a_key_and_a_version,
    a_path_that_is_not_well_encoded_is_refused,
    every_answer_has_a_name,
);

/// Every endpoint of the document, with what it may be asked.
const ENDPOINTS: [(&str, &[&str]); 20] = [
    ("/testing/jwks.json", &["GET"]),
    ("/auth/testing/jwt", &["GET", "POST"]),
    ("/developer", &["GET"]),
    ("/developer/private", &["GET"]),
    ("/user/login", &["POST"]),
    ("/user/logout", &["POST"]),
    ("/agency", &["GET"]),
    ("/agency/bigbluebus", &["GET"]),
    ("/agency/bigbluebus/fare", &["GET"]),
    ("/agency/bigbluebus/fare/regular_single_ride", &["GET"]),
    ("/purchase", &["POST"]),
    ("/pass", &["GET"]),
    ("/pass/x", &["GET"]),
    ("/agency/bigbluebus/pass/x", &["GET"]),
    ("/pass/x/activate", &["POST"]),
    ("/redeem", &["GET", "POST"]),
    ("/pass_transfer", &["GET", "POST"]),
    ("/pass_transfer/x", &["GET"]),
    ("/pass_transfer/x/cancel", &["POST"]),
    ("/pass_transfer/x/refund", &["POST"]),
];

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"];

/// "Status Codes".
const DOCUMENTED: [u16; 12] = [200, 400, 401, 403, 404, 408, 409, 412, 428, 429, 500, 503];

#[track_caller]
fn documented(what: &str, answer: &Answer) {
    assert!(
        DOCUMENTED.contains(&answer.status),
        "{what}: {} {}",
        answer.status,
        answer.text
    );
    assert!(answer.status < 500, "{what}: {}", answer.text);
    assert!(answer.header("x-request-id").starts_with("req_"), "{what}");
}

async fn a_path_with_the_wrong_method_does_not_exist(store: Store) {
    let world = World::start(store).await;
    for (path, known) in ENDPOINTS {
        for name in METHODS {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            let answer = world.app().call(method, path).send().await;
            documented(&format!("{name} {path}"), &answer);
            let is_head = name == "HEAD";
            let exists = known.contains(&name) || (is_head && known.contains(&"GET"));
            if !exists && is_head {
                assert_eq!((answer.status, answer.text.as_str()), (404, ""), "{path}");
            } else if !exists {
                answer.refused(404, Some("resource_not_found"));
            }
        }
    }
    for path in [
        "/",
        "/nowhere",
        "/agency/",
        "/agency/bigbluebus/",
        "//agency",
        "/Agency",
        "/pass/x/y/z",
    ] {
        world
            .app()
            .get(path)
            .send()
            .await
            .refused(404, Some("resource_not_found"));
        world
            .app()
            .post(path)
            .send()
            .await
            .refused(404, Some("resource_not_found"));
    }
}

async fn head_works_like_get(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    for path in [
        "/agency",
        "/agency/bigbluebus/fare",
        "/pass?ticket_format=none",
        "/agency/nowhere",
        "/pass",
    ] {
        let call = |method| rider.app.call(method, path).session(&rider.session);
        let (get, head) = (call(Method::GET).send().await, call(Method::HEAD).send().await);
        assert_eq!(head.status, get.status, "{path}");
        assert_eq!(head.text, "", "{path}");
        for name in ["content-type", "token-transit-passes-state", "content-language"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
}

async fn every_call_but_that_for_the_keys_needs_a_key_and_a_version(store: Store) {
    let world = World::start(store).await;
    for (path, known) in ENDPOINTS {
        for name in known {
            let method = || Method::from_bytes(name.as_bytes()).unwrap();
            let bare = world.app().bare(method(), path).send().await;
            if path == "/testing/jwks.json" {
                assert!(bare.ok().body["keys"].is_array());
                continue;
            }
            bare.refused_for(400, None, "Token-Transit-Api-Version");
            let versioned = world.app().bare(method(), path);
            let versioned = versioned.header("Token-Transit-Api-Version", "2020-05-21");
            versioned.send().await.refused(401, None);
            let keyed = world.app().bare(method(), path);
            let keyed = keyed.header("Token-Transit-Api-Key", crate::world::SECRET_KEY);
            keyed
                .send()
                .await
                .refused_for(400, None, "Token-Transit-Api-Version");
        }
    }
}

async fn a_path_that_is_not_well_encoded_is_refused(store: Store) {
    let world = World::start(store).await;
    let rider = world.rider("ann").await;
    for piece in ["%ff", "%c3", "%zz", "%", "%4", "a%00b", "%ED%A0%80"] {
        for path in [
            format!("/agency/{piece}"),
            format!("/agency/bigbluebus/fare/{piece}"),
            format!("/pass/{piece}"),
            format!("/{piece}"),
        ] {
            let refused = rider.get(&path).send().await;
            refused.refused(400, None);
        }
        let refused = rider.post(&format!("/pass/{piece}/activate")).send().await;
        refused.refused(400, None);
    }
    for piece in ["..%2f..", "%F0%9F%9A%8C", "%20", "a+b", &"x".repeat(5_000)] {
        let missing = rider.get(&format!("/agency/{piece}")).send().await;
        missing.refused(404, Some("resource_not_found"));
        let missing = rider.get(&format!("/pass/{piece}")).send().await;
        missing.refused(404, Some("resource_not_found"));
    }
}

async fn every_answer_has_a_name(store: Store) {
    let world = World::start(store).await;
    let mut names = Vec::new();
    for path in [
        "/agency",
        "/nowhere",
        "/pass",
        "/agency/%ff",
        "/healthz",
        "/metrics",
        "/v1/users/user/current",
    ] {
        for method in [Method::GET, Method::PUT, Method::OPTIONS] {
            let answer = world
                .app()
                .call(method, path)
                .header("X-Request-Id", "mine")
                .send()
                .await;
            let name = answer.header("x-request-id").to_owned();
            assert!(name.starts_with("req_"), "{path}: {name}");
            names.push(name);
        }
    }
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all);
}
