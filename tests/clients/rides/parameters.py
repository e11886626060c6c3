"""Parameters: in the query, as a form or as JSON; strange ones, and those that are missing or malformed."""

from world import CARD, step

PURCHASE = {"a": "bus", "fare_id": "single", "stripe_token": CARD, "ticket_format": "none"}


def every_way(api, path, form, **headers):
    """The same call three times: as a query, a form and JSON."""
    yield api.call("POST", path, query=form, **headers)
    yield api.call("POST", path, form=form, **headers)
    yield api.call("POST", path, json_body=form, **headers)


@step
def a_client_chooses_how_it_sends_parameters(world):
    rider = world.rider()
    cart = {"a": "metro", "add_fares": {"single": 2, "outer": 1}}
    prices = [it.ok().body["total_price"]["amount"] for it in every_way(rider.api, "/cart", cart)]
    assert prices == [2 * 203 + 149] * 3
    for login in every_way(rider.api, "/user/login", {"include_stripe_customer_id": "true"}):
        assert login.ok().body["stripe_customer_id"]
    for number in range(3):
        state = rider.state()
        bought = list(every_way(rider.api, "/purchase", PURCHASE, Token_Transit_Passes_State=state))
        assert [it.status for it in bought] == [200, 412, 412], "the first one changed the state"
        assert len(rider.wallet().body["passes"]) == number + 1
    for redeemed in every_way(rider.api, "/redeem", {"link": "test_redemption_success"}):
        assert redeemed.ok().body == {}
    for key in every_way(rider.api, "/user/stripe_ephemeral_key", {"stripe_api_version": "2019-12-03"}):
        assert key.ok().body["object"] == "ephemeral_key"
    ways = [{"query": PURCHASE}, {"form": PURCHASE}, {"json_body": PURCHASE}]
    for way in ways:
        bought = rider.api.call("POST", "/purchase", **way, Token_Transit_Passes_State=rider.state())
        bought.ok()
    taps = {"pass_id": rider.bought()[0], "timestamp": "2020-03-14T17:00:01Z"}
    for tapped in every_way(rider.api, "/validation/visual", taps):
        tapped.refused(428, "pass_unactivated")


@step
def the_body_counts_where_a_name_stands_twice(world):
    rider = world.rider()
    cart = rider.api.call("POST", "/cart", query={"a": "nowhere"}, form={"a": "metro"})
    assert cart.ok().body["agency_id"] == "metro"


@step
def unknown_parameters_are_ignored(world):
    rider, strange = world.rider(), {"x": "1", "y[z]": "2", "omit_unusabled_passes": "false"}
    for path in ["/agency", "/agency/bus", "/agency/bus/fare", "/developer", "/pass?ticket_format=none"]:
        rider.get(path, query=strange).ok()
    rider.post("/cart", {"a": "metro"} | strange).ok()
    rider.api.call("POST", "/cart", json_body={"a": "metro", "x": [1, {"y": None}]}).ok()
    rider.buy(**strange).ok()


@step
def what_is_missing_or_malformed_is_named(world):
    rider = world.rider()
    state = {"Token_Transit_Passes_State": rider.state()}
    pass_id = rider.bought()[0]
    state = {"Token_Transit_Passes_State": rider.state()}
    tap = {"pass_id": pass_id, "timestamp": "2020-03-14T17:00:01Z"}
    posts = [
        ("/purchase", PURCHASE | {"ticket_format": None}, "ticket_format"),
        ("/purchase", PURCHASE | {"ticket_format": "pdf"}, "ticket_format"),
        ("/purchase", PURCHASE | {"include_fare_price": "maybe"}, "include_fare_price"),
        ("/purchase", PURCHASE | {"cart_token": "x"}, None),
        ("/purchase", PURCHASE | {"fare_id": None}, None),
        ("/agency/bus/fare/single/purchase", {"stripe_token": CARD}, "ticket_format"),
        (
            "/agency/bus/fare/single/purchase",
            {"stripe_token": CARD, "ticket_format": "none", "activate_on_purchase": "false"},
            "activate_on_purchase",
        ),
        (f"/pass/{pass_id}/activate", {}, "ticket_format"),
        ("/user/login", {"accepted_latest_terms": "perhaps"}, "accepted_latest_terms"),
        ("/user/stripe_ephemeral_key", {}, "stripe_api_version"),
        ("/user/stripe_ephemeral_key", {"stripe_api_version": "latest"}, "stripe_api_version"),
        ("/redeem", {}, "link"),
        ("/validation/visual", tap | {"timestamp": "yesterday"}, "timestamp"),
        ("/validation/visual", tap | {"timestamp": None}, "timestamp"),
        ("/validation/visual", tap | {"pass_id": None}, "pass_id"),
        ("/validation/visual", tap | {"latitude": "north"}, "latitude"),
        ("/validation/visual", tap | {"longitude": "-180.5"}, "longitude"),
        ("/cart", {}, "a"),
        ("/cart", {"a": "metro", "add_fares[single]": "two"}, "add_fares[single]"),
        ("/cart", {"cart_token": "no token"}, "cart_token"),
        ("/pass_transfer", {}, "items"),
        ("/pass_transfer", {"items": pass_id, "expiration_timestamp": "soon"}, "expiration_timestamp"),
    ]
    for path, form, param in posts:
        form = {name: value for name, value in form.items() if value is not None}
        refused = rider.post(path, form, **state)
        refused.refused(400, param=param)
        assert param is None or refused.body["param"] == param, (path, form, refused.text)
    for path, param in [
        ("/pass", "ticket_format"),
        ("/pass?ticket_format=NONE", "ticket_format"),
        ("/pass?ticket_format=none&omit_unusable_passes=2", "omit_unusable_passes"),
        ("/redeem", "link"),
        ("/redeem?link=test_redemption_success&text_mime_type=text/csv", "text_mime_type"),
    ]:
        rider.get(path).refused(400, param=param)
    assert len(rider.wallet().body["passes"]) == 1


@step
def a_body_that_cannot_be_read_is_refused(world):
    rider = world.rider()
    for body in [[1, 2], 7, "text"]:
        rider.api.call("POST", "/cart", json_body=body).refused(400)
    rider.api.call("POST", "/cart", form={"a": "metro", "more": "x" * 70_000}).refused(400)
