use crate::support::Sim;

#[tokio::test]
async fn pages_follow_each_other_without_gaps_or_repetitions() {
    let sim = Sim::start().await;
    let mut made = Vec::new();
    for _ in 0..7 {
        made.push(sim.post("/v1/customers", "").send().await.id());
    }
    made.reverse();
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = sim.get(&format!("/v1/customers?limit=3{cursor}")).send().await;
        seen.extend(page.ids());
        if page.body["has_more"] == false {
            break;
        }
        cursor = format!("&starting_after={}", seen.last().unwrap());
    }
    assert_eq!(seen, made);
    let back = sim
        .get(&format!("/v1/customers?limit=2&ending_before={}", made[4]))
        .send()
        .await;
    assert_eq!(back.ids(), made[2..4]);
    assert_eq!(
        sim.get("/v1/customers?starting_after=cus_nobody")
            .send()
            .await
            .status,
        400
    );
    assert_eq!(sim.get("/v1/customers?limit=0").send().await.status, 400);
}

#[tokio::test]
async fn lists_are_filtered_by_time_and_attributes() {
    let sim = Sim::start().await;
    let early = sim.post("/v1/customers", "email=a@b.example").send().await.id();
    sim.control().advance_time(1_000).unwrap();
    let late = sim.post("/v1/customers", "email=c@d.example").send().await;
    let since = late.int("/created");
    let recent = sim
        .get(&format!("/v1/customers?created[gte]={since}"))
        .send()
        .await;
    assert_eq!(recent.ids(), [late.id()]);
    let before = sim
        .get(&format!("/v1/customers?created[lt]={since}"))
        .send()
        .await;
    assert_eq!(before.ids(), [&*early]);
    assert_eq!(
        sim.get("/v1/customers?email=a@b.example").send().await.ids(),
        [early]
    );
}

#[tokio::test]
async fn expansion_replaces_ids_by_objects_also_in_lists() {
    let sim = Sim::start().await;
    sim.post("/v1/charges", "amount=500&currency=usd&source=tok_visa")
        .send()
        .await
        .id();
    let list = sim
        .get("/v1/charges?expand[]=data.balance_transaction")
        .send()
        .await;
    assert_eq!(list.int("/data/0/balance_transaction/amount"), 500);
    let deep = sim.get("/v1/charges?expand[]=a.b.c.d.e").send().await;
    assert_eq!(deep.code(), "property_expansion_max_depth");
    assert_eq!(
        sim.get("/v1/charges?expand[]=data.nonsense").send().await.status,
        400
    );
}

#[tokio::test]
async fn events_tell_of_each_change_and_can_be_filtered() {
    let sim = Sim::start().await;
    let charge = sim
        .post("/v1/charges", "amount=500&currency=usd&source=tok_visa")
        .key("k9")
        .send()
        .await;
    sim.post("/v1/refunds", &format!("charge={}", charge.id()))
        .send()
        .await;
    let events = sim
        .get("/v1/events?types[]=charge.succeeded&types[]=charge.refunded")
        .send()
        .await;
    let kinds: Vec<&str> = events.body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["charge.refunded", "charge.succeeded"]);
    // An event shows the object as it was then.
    assert_eq!(events.body["data"][1]["data"]["object"]["refunded"], false);
    assert_eq!(events.text("/data/1/request/idempotency_key"), "k9");
    assert_eq!(events.text("/data/1/request/id"), charge.header("request-id"));
    let one = sim.get(&format!("/v1/events/{}", events.ids()[0])).send().await;
    assert_eq!(one.text("/data/object/id"), charge.id());
    assert_eq!(sim.get("/v1/events?type=charge.*").send().await.ids().len(), 2);
}
