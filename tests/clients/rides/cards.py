"""What riders pay with: Stripe's tokens, cards and PaymentMethods, declined ones among them."""

from api import fresh_key
from world import CARD, step

CHARGE = {"method": "POST", "path": "/v1/payment_intents"}
CUSTOMER = {"method": "POST", "path": "/v1/customers"}

NUMBER = {"card[number]": "4242424242424242", "card[exp_month]": "12", "card[exp_year]": "2040", "card[cvc]": "123"}

DECLINES = {
    "chargeDeclined": "card_declined_generic",
    "chargeDeclinedInsufficientFunds": "card_declined_insufficient_funds",
    "chargeDeclinedExpiredCard": "card_declined_expired",
    "chargeDeclinedIncorrectCvc": "card_declined_generic",
    "chargeDeclinedLostCard": "card_declined_generic",
    "chargeDeclinedStolenCard": "card_declined_generic",
    "chargeDeclinedFraudulent": "card_declined_generic",
    "chargeDeclinedVelocityLimitExceeded": "card_declined_insufficient_funds",
}


def sources(bought):
    return [it["stripe_source"] for it in bought.body["passes"] if "stripe_source" in it]


def customer_of(rider):
    return rider.post("/user/login", {"include_stripe_customer_id": "true"}).ok().body["stripe_customer_id"]


@step
def every_kind_of_credential_buys_and_comes_back_as_something_reusable(world):
    rider = world.rider()
    publishable = rider.get("/developer").ok().body["stripe_publishable_api_key"]
    token = world.at_stripe("POST", "/v1/tokens", NUMBER, key=publishable)["id"]
    for given, kind in [(token, "card_"), (CARD, "pm_"), ("tok_visa", "card_")]:
        [source] = sources(rider.buy(card=given).ok())
        assert source.startswith(kind), (given, source)
        assert sources(rider.buy(card=source).ok()) == [source]
    assert not sources(rider.wallet()), "what was paid with is told once"
    world.rider().buy(card=token).refused(400, "stripe_invalid_request")


@step
def a_card_from_a_vault_buys(world):
    rider = world.rider()
    method = world.at_stripe("POST", "/v1/payment_methods", {"type": "card"} | NUMBER)["id"]
    world.at_stripe("POST", f"/v1/payment_methods/{method}/attach", {"customer": customer_of(rider)})
    assert sources(rider.buy(card=method).ok()) == [method]
    world.rider().buy(card=method).refused(400, "stripe_invalid_request")


@step
def declined_cards_are_told_as_documented_and_buy_nothing(world):
    rider = world.rider()
    state = rider.state()
    for name, code in DECLINES.items():
        for card in [f"tok_{name}", f"pm_card_{name}"]:
            rider.buy(card=card, state=state).refused(400, code)
    for card in ["tok_chargeCustomerFail", "pm_card_chargeCustomerFail"]:
        rider.buy(card=card, state=state).refused(400, "card_declined_generic")
    assert rider.wallet().body["passes"] == []
    rider.buy(state=state).ok()


@step
def theft_and_fraud_look_like_any_other_decline(world):
    rider = world.rider()
    state = rider.state()
    told = set()
    for name in ["chargeDeclined", "chargeDeclinedStolenCard", "chargeDeclinedFraudulent", "radarBlock"]:
        told.add(rider.buy(card=f"pm_card_{name}", state=state).refused(400, "card_declined_generic").text)
    assert len(told) == 1, told


@step
def what_fails_for_now_is_tried_again_under_the_same_key(world):
    faults = [
        ({"fault": "decline", "issuer": "processing_error"}, "card_declined_retryable"),
        ({"fault": "drop_before"}, None),
        ({"fault": "lose_reply"}, None),
        ({"fault": "error_after"}, None),
    ]
    for fault, code in faults:
        rider, key = world.rider(), fresh_key()
        state = rider.state()
        world.add_fault(fault | CHARGE)
        for _ in range(5):
            bought = rider.buy(state=state, key=key)
            if bought.status == 200:
                break
            assert bought.status in (408, 503), bought.text
            assert code is None or bought.body["code"] == code
        assert len(bought.ok().body["passes"]) == 1, fault
        assert len(rider.wallet().body["passes"]) == 1


@step
def while_stripe_is_away_or_busy_with_the_call_it_is_to_be_asked_again(world):
    for fault, code in [("conflict", "stripe_idempotency_key_in_use"), ("drop_before", "stripe_retryable_error")]:
        rider, key = world.rider(), fresh_key()
        state = rider.state()
        world.add_fault(CHARGE | {"fault": fault}, {"per_million": 1_000_000})
        rider.buy(state=state, key=key).refused(408, code)
        world.clear_faults()
        rider.buy(state=state, key=key).ok()


@step
def what_stripe_refuses_otherwise_is_final(world):
    faults = [
        (CHARGE | {"fault": "decline", "issuer": "card_not_supported"}, 400, "card_ineligible"),
        (CUSTOMER | {"fault": "key_reused"}, 409, "stripe_idempotency_error"),
        (CUSTOMER | {"fault": "undocumented"}, 500, "stripe_unknown_error"),
    ]
    for fault, status, code in faults:
        rider = world.rider()
        world.add_fault(fault)
        rider.buy().refused(status, code)
        assert rider.wallet().body["passes"] == []
        rider.buy().ok()


@step
def what_is_no_means_of_payment_buys_nothing(world):
    rider = world.rider()
    state = rider.state()
    rider.buy(card=None, state=state).refused(400, "payment_method_not_found", "stripe_token")
    rider.buy(card="acct_bus", state=state).refused(400, "stripe_invalid_request")
    rider.buy(card="pm_nothing", state=state).refused(400, "stripe_invalid_request")
    assert rider.buy(card="cash", state=state).status == 400
    rider.buy("shuttle", card=None, agency="metro", state=state).ok()


@step
def a_phone_gets_an_ephemeral_key_as_stripe_made_it(world):
    rider = world.rider()
    phone = world.phone.as_rider(session=rider.session)
    made = phone.post("/user/stripe_ephemeral_key", {"stripe_api_version": "2019-12-03"}).ok().body
    assert made["object"] == "ephemeral_key"
    customer = made["associated_objects"][0]["id"]
    assert customer == customer_of(rider)
    assert world.at_stripe("GET", f"/v1/customers/{customer}", key=made["secret"])["id"] == customer
