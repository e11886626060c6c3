//! Which web pages may call.

use reqwest::Method;

use crate::world::{
    Answer, LIVE_KEY, OTHER_APPS_KEY, PUBLISHABLE_KEY, Setting, ShopFile, Store, World, on_both_stores,
};

on_both_stores!(
    a_preflight_is_answered_to_the_pages_of_every_app,
    an_answer_is_for_the_pages_of_the_calling_app_only,
    a_page_can_read_refusals_and_what_comes_with_an_answer,
);

const PAGE: &str = "https://app.cityhop.example";
const LOCAL_PAGE: &str = "http://localhost:3000";
const STRANGER: &str = "https://evil.example";

async fn shared(store: Store) -> World {
    let file = ShopFile::with(&[&format!("allowed_origins: [\"{PAGE}\", \"{LOCAL_PAGE}\"]")]);
    World::of(Setting::on(store).marketplace(file.path())).await
}

/// No header of an answer lets a page read it.
#[track_caller]
fn closed(answer: &Answer) {
    let open: Vec<&str> = answer
        .headers
        .keys()
        .map(reqwest::header::HeaderName::as_str)
        .filter(|name| name.starts_with("access-control-"))
        .collect();
    assert_eq!(open, Vec::<&str>::new());
    varies(answer);
}

/// Whoever keeps answers is told that they depend on the page.
#[track_caller]
fn varies(answer: &Answer) {
    let mut by = answer.headers.get_all("vary").iter();
    assert!(by.any(|value| value == "origin"), "{:?}", answer.headers);
}

async fn a_preflight_is_answered_to_the_pages_of_every_app(store: Store) {
    let world = shared(store).await;
    let preflight = async |path: &str, origin: &str| {
        let call = world.app().bare(Method::OPTIONS, path).header("Origin", origin);
        let call = call.header("Access-Control-Request-Method", "POST");
        let headers = "token-transit-api-key,token-transit-api-version,idempotency-key";
        call.header("Access-Control-Request-Headers", headers)
            .send()
            .await
    };
    for path in [
        "/purchase",
        "/agency",
        "/agency/bigbluebus/fare",
        "/pass/x/activate",
        "/user/login",
    ] {
        for page in [PAGE, LOCAL_PAGE] {
            let answer = preflight(path, page).await.ok();
            assert_eq!(answer.text, "");
            assert_eq!(answer.header("access-control-allow-origin"), page);
            assert_eq!(answer.header("access-control-allow-credentials"), "true");
            assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD, POST");
            let headers = answer.header("access-control-allow-headers");
            for name in [
                "token-transit-api-key",
                "token-transit-api-version",
                "token-transit-passes-state",
                "idempotency-key",
                "authorization",
                "content-type",
                "accept-language",
            ] {
                assert!(headers.split(", ").any(|it| it == name), "{name}: {headers}");
            }
            varies(&answer);
        }
        for page in [
            STRANGER,
            "null",
            "https://app.cityhop.example.evil.example",
            "http://app.cityhop.example",
            "HTTPS://APP.CITYHOP.EXAMPLE",
            "",
        ] {
            closed(&preflight(path, page).await);
        }
    }
    let no_preflight = world
        .app()
        .bare(Method::OPTIONS, "/agency")
        .header("Origin", PAGE);
    no_preflight.send().await.refused(404, Some("resource_not_found"));
}

async fn an_answer_is_for_the_pages_of_the_calling_app_only(store: Store) {
    let world = shared(store).await;
    let called = async |key: &str, origin: Option<&str>| {
        let mut call = world.app_with(key).get("/agency");
        if let Some(origin) = origin {
            call = call.header("Origin", origin);
        }
        call.send().await
    };
    for key in [PUBLISHABLE_KEY, LIVE_KEY] {
        for page in [PAGE, LOCAL_PAGE] {
            let answer = called(key, Some(page)).await.ok();
            assert_eq!(answer.header("access-control-allow-origin"), page);
            assert_eq!(answer.header("access-control-allow-credentials"), "true");
            varies(&answer);
        }
    }
    closed(&called(PUBLISHABLE_KEY, Some(STRANGER)).await);
    closed(&called(PUBLISHABLE_KEY, Some("null")).await);
    closed(&called(PUBLISHABLE_KEY, None).await);
    closed(&called(OTHER_APPS_KEY, Some(PAGE)).await);
    closed(&called("sk_test_never_issued_0000000000", Some(PAGE)).await);
    let coord = world.app().bare(Method::GET, "/v1/users/user/current");
    let coord = coord.header("Origin", PAGE).send().await;
    assert_eq!(
        coord.header("access-control-allow-origin"),
        "",
        "pages are for the ticketing API"
    );
}

async fn a_page_can_read_refusals_and_what_comes_with_an_answer(store: Store) {
    let world = shared(store).await;
    let from_page = |path: &str| world.phone().get(path).header("Origin", PAGE);
    let rider = world.rider("ann").await;
    let listed = from_page("/pass?ticket_format=none")
        .session(&rider.session)
        .send()
        .await
        .ok();
    let exposed = listed.header("access-control-expose-headers").to_owned();
    for name in ["token-transit-passes-state", "retry-after", "x-request-id"] {
        assert!(exposed.split(", ").any(|it| it == name), "{name}: {exposed}");
    }
    for (path, status) in [
        ("/pass?ticket_format=none", 401),
        ("/agency/nowhere", 404),
        ("/nowhere", 404),
        ("/developer/private", 403),
        ("/redeem", 400),
        ("/agency/%ff", 400),
    ] {
        let refused = from_page(path).send().await;
        assert_eq!(refused.status, status, "{path}: {}", refused.text);
        assert_eq!(refused.header("access-control-allow-origin"), PAGE, "{path}");
    }
}
