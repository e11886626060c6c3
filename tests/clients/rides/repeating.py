"""Idempotency: under one key a thing is done once, and answered the same for ever."""

from api import fresh_key
from world import CARD, step, together

TOO_LONG = "k" * 129


@step
def a_repeated_purchase_is_answered_the_same_and_done_once(world):
    rider, key = world.rider(), fresh_key()
    state = rider.state()
    bought = rider.buy(state=state, key=key).ok()
    for _ in range(2):
        again = rider.buy(state=state, key=key).ok()
        assert (again.text, again.state) == (bought.text, bought.state)
    changed = [{"card": "tok_visa"}, {"fare": "book"}, {"include_fare_price": "false"}]
    for other in changed:
        rider.buy(state=state, key=key, **other).refused(409, "idempotency_key_in_use")
    assert len(rider.wallet().body["passes"]) == 1


@step
def parameters_are_the_same_however_they_are_sent(world):
    rider, key = world.rider(), fresh_key()
    headers = {"Idempotency_Key": key, "Token_Transit_Passes_State": rider.state()}
    form = {"a": "bus", "fare_id": "single", "stripe_token": CARD, "ticket_format": "none"}
    answers = [
        rider.api.call("POST", "/purchase", form=form, **headers),
        rider.api.call("POST", "/purchase", json_body=form, **headers),
        rider.api.call("POST", "/purchase", query=dict(reversed(form.items())), **headers),
    ]
    assert {it.text for it in answers} == {answers[0].ok().text}


@step
def two_at_once_are_one(world):
    for _ in range(3):
        rider, key = world.rider(), fresh_key()
        state = rider.state()
        one, other = together(*[lambda: rider.buy(state=state, key=key)] * 2)
        for answer in (one, other):
            assert answer.status == 200 or answer.refused(408, "stripe_idempotency_key_in_use")
        assert rider.buy(state=state, key=key).ok().text in (one.text, other.text)
        assert len(rider.wallet().body["passes"]) == 1


@step
def refusals_are_kept_and_what_may_be_tried_again_is_not(world):
    rider, key = world.rider(), fresh_key()
    state = rider.state()
    declined = rider.buy(card="pm_card_chargeDeclined", state=state, key=key).refused(400, "card_declined_generic")
    assert rider.buy(card="pm_card_chargeDeclined", state=state, key=key).text == declined.text
    rider.buy(state=state, key=key).refused(409, "idempotency_key_in_use")
    stale = rider.buy(state="invented", key=key + "2").refused(412, "passes_state_header_invalid_or_missing")
    assert rider.buy(state="invented", key=key + "2").text == stale.text


@step
def a_key_has_at_most_128_bytes_and_is_ignored_on_a_get(world):
    rider = world.rider()
    state = {"Token_Transit_Passes_State": rider.state()}
    posts = ["/cart", "/purchase", "/redeem", "/pass_transfer", "/validation/visual", "/user/login", "/user/logout"]
    for path in posts:
        for key in [TOO_LONG, "é" * 65]:
            sent = key.encode().decode("latin-1")
            rider.post(path, {"a": "metro"}, Idempotency_Key=sent, **state).refused(400, param="Idempotency-Key")
    assert rider.get("/pass?ticket_format=none", Idempotency_Key=TOO_LONG).ok().body["passes"] == []
    rider.buy(key=TOO_LONG[1:]).ok()


@step
def a_key_belongs_to_an_app(world):
    key = fresh_key()
    for api, agency in [(world.app, "metro"), (world.other_app, "bus")]:
        assert api.post("/cart", {"a": agency}, Idempotency_Key=key).ok().body["agency_id"] == agency
    world.app.post("/cart", {"a": "bus"}, Idempotency_Key=key).refused(409, "idempotency_key_in_use")


@step
def one_purchase_at_a_time(world):
    """While one is at Stripe, another is turned away: with the state out of date, or as already in progress."""
    rider = world.rider()
    state = rider.state()
    fault = {"fault": "delay_reply", "ms": 1000, "method": "POST", "path": "/v1/payment_intents"}
    world.add_fault(fault)

    def second():
        world.faults_have_struck()
        return rider.buy(state=state)

    first, other = together(lambda: rider.buy(state=state), second)
    first.ok()
    other.refused(428, "existing_purchase_in_progess")
    rider.buy().ok()
    assert len(rider.wallet().body["passes"]) == 2


@step
def an_activation_and_a_login_are_repeated(world):
    rider, key = world.rider(), fresh_key()
    [bought] = rider.bought()
    state = rider.state()
    first = rider.activate(bought, state, key).ok()
    again = rider.activate(bought, state, key).ok()
    assert (again.text, again.state) == (first.text, first.state)
    token = world.provider.token(rider.subject)
    logins = [world.app.as_rider(jwt=token).post("/user/login", Idempotency_Key=key + "l").ok() for _ in range(2)]
    assert logins[0].text == logins[1].text and logins[0].session != logins[1].session
