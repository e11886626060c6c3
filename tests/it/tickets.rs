//! Visual tickets: what a driver sees, what an inspector scans, and what neither needs the network for.

use chrono::DateTime;
use serde_json::{Value, json};

use crate::world::{
    ADMIN_KEY, Answer, Browser, PHONE, RED_SQUARE, SINGLE, Screen, Store, World, between, inspected,
    on_both_stores, page, repository, styled, ticket, ticket_file, world_with,
};

on_both_stores!(
    the_code_on_a_ticket_is_verified_offline_with_the_published_key,
    all_tickets_of_an_operator_share_the_mark_of_the_day,
    an_app_that_may_not_show_tickets_gets_none,
    the_look_of_tickets_is_declared_or_refused_by_field,
);

const BLUE: [u8; 3] = [0x00, 0x55, 0xa4];
const GOLD: [u8; 3] = [0xff, 0xc7, 0x2c];
async fn keys(world: &World) -> Answer {
    let asked = world.app().bare(reqwest::Method::GET, "/validation/jwks.json");
    asked.send().await.ok()
}

fn seconds(stamp: &Value) -> i64 {
    let stamp = DateTime::parse_from_rfc3339(stamp.as_str().unwrap());
    stamp.unwrap().timestamp()
}

async fn the_code_on_a_ticket_is_verified_offline_with_the_published_key(store: Store) {
    let Some(browser) = Browser::find() else { return };
    let world = styled(store).await;
    let published = keys(&world).await;
    assert_eq!(published.header("cache-control"), "public, max-age=86400");
    let pass = ticket(&world.rider("ann").await, "bigbluebus", SINGLE).await;
    let picture = browser.picture(&ticket_file(&world, &pass), PHONE, 500).await;
    let scanned = picture.scan();
    assert_eq!(scanned.len(), 1, "one code is on a ticket");
    let claims = inspected(&scanned[0], &published.body).expect("signed by a published key");
    let expected = json!({
        "env": "test",
        "op": "bigbluebus",
        "fare": SINGLE,
        "jti": pass["pass_id"],
        "nbf": seconds(&pass["start_timestamp"]),
        "exp": seconds(&pass["ticket_expiration_timestamp"]),
        "end": seconds(&pass["end_timestamp"]),
        "day": between(page(&pass), "translate=\"no\">", "<"),
    });
    assert_eq!(claims, expected, "nothing else, and nothing of the rider");
    // Another ticket's signature proves nothing about this one.
    let other = ticket(&world.rider("bob").await, "bigbluebus", SINGLE).await;
    let other = browser
        .picture(&ticket_file(&world, &other), PHONE, 500)
        .await
        .scan();
    let (signed, _) = scanned[0].rsplit_once('.').unwrap();
    let (_, signature) = other[0].rsplit_once('.').unwrap();
    assert_eq!(inspected(&format!("{signed}.{signature}"), &published.body), None);
}

async fn all_tickets_of_an_operator_share_the_mark_of_the_day(store: Store) {
    let mut world = styled(store).await;
    let mark = |pass: &Value| {
        let said = between(page(pass), "class=\"word\" translate=\"no\">", "<").to_owned();
        let colour = between(page(pass), "padding:.6rem min(1rem,5vw) .5rem;background:", ";").to_owned();
        (said, colour)
    };
    let first = ticket(&world.rider("ann").await, "bigbluebus", SINGLE).await;
    let published = keys(&world).await.text;
    world.restart().await;
    assert_eq!(keys(&world).await.text, published, "keys outlive the server");
    let second = ticket(&world.rider("bob").await, "bigbluebus", SINGLE).await;
    let day = |pass: &Value| {
        // The operator's day is cut off at three in the night.
        let start = DateTime::parse_from_rfc3339(pass["start_timestamp"].as_str().unwrap());
        (start.unwrap() - chrono::TimeDelta::hours(3)).date_naive()
    };
    let same = mark(&first) == mark(&second);
    assert_eq!(
        same,
        day(&first) == day(&second),
        "{:?} {:?}",
        mark(&first),
        mark(&second)
    );
}

async fn an_app_that_may_not_show_tickets_gets_none(store: Store) {
    let from = "agreed_by_operator: Big Blue Bus revenue office";
    let to = format!("{from}\n        shows_tickets: false");
    let world = world_with(store, &[(from, &to)]).await;
    let rider = world.rider("ann").await;
    let pass = ticket(&rider, "bigbluebus", SINGLE).await;
    assert_eq!(
        (&pass["status"], pass.get("display_html")),
        (&"active".into(), None)
    );
    let elsewhere = ticket(&rider, "linia_wislana", "day_pass").await;
    assert!(
        elsewhere["display_html"].is_string(),
        "the link decides, not the app"
    );
}

async fn the_look_of_tickets_is_declared_or_refused_by_field(store: Store) {
    let world = World::start(store).await;
    let declare = async |look: Value| {
        let operator =
            json!({ "id": "tram", "kind": "transit", "name": "Tram", "timezone": "UTC", "ticket": look });
        world
            .app()
            .bare(reqwest::Method::POST, "/admin/v1/test/marketplace")
            .bearer(ADMIN_KEY)
            .json(&json!({ "operators": [operator] }))
            .send()
            .await
    };
    let good = json!({ "background": "#102030", "logo": RED_SQUARE });
    assert_eq!(declare(good.clone()).await.status, 200);
    let again = declare(good).await;
    assert!(!again.text.contains("ticket_style_set"), "{}", again.text);
    for (look, field) in [
        (json!({ "background": "blue" }), "ticket.background"),
        (
            json!({ "background": "#000000", "accent": "#fff" }),
            "ticket.accent",
        ),
        (
            json!({ "background": "#000000", "logo": "https://tram.example/logo.png" }),
            "ticket.logo",
        ),
    ] {
        let refused = declare(look).await;
        assert_eq!(refused.status, 422, "{}", refused.text);
        let flaw = refused.body["errors"][0].as_str().unwrap();
        assert!(flaw.starts_with(&format!("operators[0].{field}:")), "{flaw}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_moves_and_wears_the_operators_colours() {
    let Some(browser) = Browser::find() else { return };
    let world = styled(Store::Sqlite).await;
    let pass = ticket(&world.rider("ann").await, "bigbluebus", SINGLE).await;
    let file = ticket_file(&world, &pass);
    let first = browser.picture(&file, PHONE, 1_000).await;
    let second = browser.picture(&file, PHONE, 2_700).await;
    assert!(
        first.count(BLUE) > first.width * first.height / 8,
        "its background"
    );
    assert!(
        first.count(GOLD) > 1_000 && first.count([0xe1, 0x00, 0x1a]) > 1_000,
        "accent and logo"
    );
    let tenths = first.tenths_that_differ(&second);
    assert!(
        tenths.contains(&0) || tenths.contains(&1),
        "the stripes: {tenths:?}"
    );
    assert!(tenths.contains(&3), "the countdown: {tenths:?}");
    assert!(
        tenths.contains(&5) || tenths.contains(&4),
        "the clock: {tenths:?}"
    );
    assert!(!tenths.contains(&7), "the code stands still: {tenths:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_says_by_itself_that_it_is_over() {
    let Some(browser) = Browser::find() else { return };
    let world = styled(Store::Sqlite).await;
    let pass = ticket(&world.rider("ann").await, "bigbluebus", SINGLE).await;
    let file = ticket_file(&world, &pass);
    let open = browser.document(&file, PHONE, 1_000).await;
    assert!(open.contains("id=\"code\"") && !open.contains("id=\"over\" role=\"alert\" class=\"now\""));
    let half_an_hour = 31 * 60 * 1_000;
    let over = browser.document(&file, PHONE, half_an_hour).await;
    assert!(
        over.contains("id=\"over\" role=\"alert\" class=\"now\""),
        "{over}"
    );
    assert!(!over.contains("id=\"code\""), "the code is gone");
    let picture = browser.picture(&file, PHONE, half_an_hour).await;
    assert_eq!((picture.scan().len(), picture.count(BLUE)), (0, 0));
    // A web view that runs no scripts ends it too.
    let (before, rest) = page(&pass).split_once("<script>").unwrap();
    let (_, after) = rest.split_once("</script>").unwrap();
    std::fs::write(&file, format!("{before}{after}")).unwrap();
    let mut picture = browser.picture(&file, PHONE, half_an_hour).await;
    // On a busy machine the browser may draw before it has caught up with the half an hour.
    for _ in 0..5 {
        if picture.scan().is_empty() {
            break;
        }
        picture = browser.picture(&file, PHONE, half_an_hour).await;
    }
    assert_eq!((picture.scan().len(), picture.count(BLUE)), (0, 0));
}

/// Names that operators and passes have somewhere, or that somebody tries.
const NAMES: [(&str, &str); 2] = [
    (
        "هيئة النقل العام في المدينة الكبرى والضواحي المحيطة بها 🚌",
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzestageskarte 🎫 全線一日乗車券 und viele Worte mehr",
    ),
    (
        "<script>document.title=1</script>\\\"'><img src=x>",
        "</title></style></script><script>document.title=2</script>",
    ),
];

/// Says of every element whether it sticks out of the screen, or its text out of it.
const MEASURE: &str = "
const frame = document.querySelector('iframe');
frame.onload = () => {
  const page = frame.contentDocument, wide = page.documentElement.clientWidth, out = [];
  for (const size of ['100%', '200%']) {
    page.documentElement.style.fontSize = size;
    for (const it of page.querySelectorAll('body *')) {
      if (it.closest('.moves')) continue;
      const box = it.getBoundingClientRect();
      // Names that are cut off with dots are meant to be.
      const cut = frame.contentWindow.getComputedStyle(it).webkitLineClamp !== 'none';
      const text = it instanceof frame.contentWindow.HTMLElement;
      const spills = text && it.clientWidth > 0 && it.scrollWidth > it.clientWidth + 1 && !cut;
      if (box.left < -1 || box.right > wide + 1 || spills) out.push(size + ' ' + it.tagName + it.id);
    }
  }
  document.body.dataset.title = page.title;
  document.body.dataset.measured = 'out: ' + out.join(', ');
};";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_fits_every_phone_whatever_the_names() {
    let Some(browser) = Browser::find() else { return };
    for (operator, fare) in NAMES {
        let name = format!("name: \"{operator}\"\n    language: en");
        let fare_name = format!("name: \"{}\"", fare.replace('"', "'"));
        let world = world_with(
            Store::Sqlite,
            &[
                ("name: Big Blue Bus\n    language: en", &name),
                (
                    "name: { default: Regular Single Ride, translations: { es: Viaje sencillo regular } }",
                    &fare_name,
                ),
            ],
        )
        .await;
        let pass = ticket(&world.rider("ann").await, "bigbluebus", SINGLE).await;
        let inside = page(&pass).replace('&', "&amp;").replace('"', "&quot;");
        for (width, height) in [(320, 568), (390, 844), (430, 932), (844, 390), (568, 320)] {
            let frame = format!(
                "<!doctype html><meta charset=utf-8><style>body{{margin:0}}iframe{{border:0;width:{width}px;\
                 height:{height}px}}</style><iframe></iframe><script>{MEASURE}\
                 frame.srcdoc=document.querySelector('template').getAttribute('data-page')</script>"
            );
            let template = format!("<template data-page=\"{inside}\"></template><iframe>");
            let harness = world.folder().join("harness.html");
            std::fs::write(&harness, frame.replacen("<iframe>", &template, 1)).unwrap();
            let document = browser
                .document(
                    &harness,
                    Screen {
                        width: 900,
                        height: 1_000,
                    },
                    2_000,
                )
                .await;
            let measured = between(&document, "data-measured=\"", "\"");
            assert_eq!(measured, "out: ", "{width} by {height}");
            let title = between(&document, "data-title=\"", "\" data-measured");
            assert!(title != "1" && title != "2", "a name ran as a script");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ticket_asks_nobody_for_anything() {
    let world = styled(Store::Sqlite).await;
    let pass = ticket(&world.rider("ann").await, "bigbluebus", SINGLE).await;
    let page = page(&pass);
    let policy = between(page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    assert!(policy.starts_with("default-src &#39;none&#39;;"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    for address in [
        "http:",
        "https:",
        "url(",
        "@import",
        "fetch(",
        "XMLHttpRequest",
        "srcset",
        "href=",
    ] {
        assert!(!page.contains(address), "{address}");
    }
    let sources: Vec<&str> = page.split(" src=\"").skip(1).collect();
    assert_eq!(sources.len(), 1, "the logo");
    assert!(sources[0].starts_with("data:image/"));
    assert!(
        !page.contains("prefers-reduced-motion"),
        "a ticket that stands still is a screenshot"
    );
}

/// `CONTRACT_PYTHON` names an interpreter that has the `cryptography` package, if `python3` does not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_inspector_in_the_documentation_works() {
    let python = std::env::var("CONTRACT_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let asked = std::process::Command::new(&python)
        .args(["-c", "import cryptography"])
        .output();
    if !asked.is_ok_and(|output| output.status.success()) {
        println!("skipped: {python} has no cryptography package");
        return;
    }
    let Some(browser) = Browser::find() else { return };
    let world = styled(Store::Sqlite).await;
    let pass = ticket(&world.rider("ann").await, "bigbluebus", SINGLE).await;
    let code = browser
        .picture(&ticket_file(&world, &pass), PHONE, 500)
        .await
        .scan()
        .remove(0);
    std::fs::write(world.folder().join("keys.json"), keys(&world).await.text).unwrap();
    let text = std::fs::read_to_string(repository().join("docs/tickets.md")).unwrap();
    std::fs::write(
        world.folder().join("inspect_ticket.py"),
        between(&text, "```python\n", "```"),
    )
    .unwrap();
    let inspect = |code: &str| {
        let output = std::process::Command::new(&python)
            .args(["inspect_ticket.py", "test", "bigbluebus", code])
            .current_dir(world.folder())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let said = inspect(&code);
    assert!(
        said.starts_with("good: ") && said.contains(pass["pass_id"].as_str().unwrap()),
        "{said}"
    );
    let (signed, signature) = code.rsplit_once('.').unwrap();
    let forged: String = signature.chars().rev().collect();
    assert_eq!(inspect(&format!("{signed}.{forged}")).trim(), "not genuine");
}
