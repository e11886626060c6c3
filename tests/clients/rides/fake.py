"""The environment `fake`: the document's own examples, for any well-formed key."""

from api import Api
from objects import AGENCY, CART, FARES, PASS, REDEMPTION, STATUSES, held
from world import only, shown, step

# Nobody looks at more than its shape.
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2ln"
LIST = "/pass?ticket_format=none&omit_unusable_passes=false"


def fake(world, key="sk_fake_1234567890abcXYZ"):
    api = Api(world.server, key)
    return api.as_rider(session=api.as_rider(jwt=JWT).post("/user/login").ok().session)


def stamps(value):
    """What is shown, timestamps aside."""
    if isinstance(value, dict):
        return {name: stamps(it) for name, it in value.items() if not name.endswith("_timestamp")}
    return [stamps(it) for it in value] if isinstance(value, list) else value


@step
def any_well_formed_key_opens_it(world):
    one, two = fake(world), fake(world, "pk_fake_x")
    for path in ["/agency", "/agency/bigbluebus", "/agency/bigbluebus/fare", LIST]:
        assert stamps(one.get(path).ok().body) == stamps(two.get(path).ok().body), path
    for key in ["sk_fake_", "xk_fake_1", "sk_fakes_1", "sk_fake_a b"]:
        Api(world.server, key).get("/agency").refused(401)
    said = one.get("/developer").ok().body
    assert (said["platform_id"], said["env"]) == ("plat_1234567890abcXYZ", "fake")
    two.get("/developer/private").refused(403)
    Api(world.server, "sk_fake_1").get(LIST).refused(401, "login_required")


@step
def its_agency_and_fares_are_the_printed_ones(world):
    rider = fake(world)
    agency = held(rider.get("/agency/bigbluebus").ok().body, AGENCY)
    assert agency["location"] == {"latitude": 34.028189, "longitude": -118.489176}
    fares = held(rider.get("/agency/bigbluebus/fare").ok().body, FARES)["fares"]
    prices = [(it["fare_id"], it["price"]["amount"], it.get("restricted_purchase", False)) for it in fares]
    assert prices == [
        ("regular_single_ride", 125, False),
        ("reduced_single_ride", 50, True),
        ("regular_3_ride", 350, False),
        ("reduced_3_ride", 140, True),
    ]
    cart = rider.post("/cart", {"a": "bigbluebus", "add_fares[regular_single_ride]": "2"}).ok().body
    assert held(cart, CART)["total_price"] == {"amount": 250, "currency": "USD"}


@step
def each_of_its_passes_is_always_in_the_state_that_it_is_named_after(world):
    rider = fake(world)
    passes = shown(rider.get(LIST).ok()).body["passes"]
    found = {it["status"] for it in passes}
    assert found == STATUSES - {"invalid", "fare_capped"}, found
    ends = {
        "pass_active_on_another_device": (428, "pass_active_on_another_device"),
        "pass_expired": (400, "pass_expired"),
        "pass_refunded": (400, "pass_refunded"),
        "pass_unactivated": (200, None),
        "pass_stale_ticket": (200, None),
        "book_regular_3_ride": (400, "invalid_id"),
        "pass_of_nobody": (404, "resource_not_found"),
    }
    for name, (status, code) in ends.items():
        answer = rider.post(f"/pass/{name}/activate", {"ticket_format": "html_base64"})
        assert (answer.status, (answer.body or {}).get("code")) == (status, code), (name, answer.text)
    one = held(rider.get("/pass/pass_unactivated").ok().body, PASS)
    assert one == held(rider.get("/agency/bigbluebus/pass/pass_unactivated").ok().body, PASS) | {
        name: one[name] for name in one if name.endswith("_timestamp")
    }


@step
def buying_there_is_as_printed(world):
    rider = fake(world)
    form = {"a": "bigbluebus", "fare_id": "regular_single_ride", "ticket_format": "none"}
    bought = shown(rider.post("/purchase", form | {"stripe_token": "card_1234567890abcXYZ"}).ok()).body
    assert only(bought["passes"])["stripe_source"] == "card_1234567890abcXYZ"
    assert bought["pass_books"] is None
    rider.post("/purchase", form | {"stripe_token": "tok_chargeDeclined"}).refused(400, "card_declined_generic")
    rider.post("/purchase", form).refused(400, "payment_method_not_found")
    boarding = {"stripe_token": "card_1234567890abcXYZ", "ticket_format": "html_base64"}
    path = "/agency/bigbluebus/fare/regular_single_ride/purchase"
    boarded = held(rider.post(path, boarding | {"activate_on_purchase": "true"}).ok().body, PASS)
    assert (boarded["pass_id"], boarded["status"]) == ("pass_active", "active") and boarded["display_html"]


@step
def its_links_and_the_rest_are_as_printed(world):
    rider = fake(world)
    told = held(rider.get("/redeem?link=redemption.link").ok().body, REDEMPTION)
    assert told["title"] == "Redeem Fares" and "Adult Single Ride, Quantity: 1" in told["message"]
    assert rider.post("/redeem", {"link": "redemption.link"}).ok().body == {}
    for link, code in [("already_used", "redemption_already_used"), ("ineligible", "redemption_ineligible")]:
        assert rider.post("/redeem", {"link": f"test_redemption_{link}"}).body["code"] == code
    tap = {"pass_id": "pass_active", "timestamp": "2020-03-14T17:00:01-07:00"}
    assert rider.post("/validation/visual", tap).ok().body == {}
    key = rider.post("/user/stripe_ephemeral_key", {"stripe_api_version": "2019-12-03"})
    assert key.ok().body == {"internal": "fields"}
    form = {"include_stripe_customer_id": "true"}
    assert rider.post("/user/login", form).ok().body == {"stripe_customer_id": "cus_1234567890abdXYZ"}
    assert rider.post("/user/logout").ok().body == {}
