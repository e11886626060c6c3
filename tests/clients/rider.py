"""A rider of an app that signs its own JWTs, with an independent JWT library (PyJWT), against a running server.

Says where its key set is, reads the server's address and the app's keys (secret and publishable, separated by blanks)
from its input, then goes through everything that a rider does. Prints each step, and `ok` at the end.
"""

import sys
import time

from api import Api, fresh_key
from identity import Provider

AGENCY = "bigbluebus"
FARE = "regular_single_ride"
CARD = "pm_card_visa"


class World:
    def __init__(self, provider, base, secret_key, publishable_key):
        self.provider = provider
        self.app = Api(base, secret_key)
        self.phone = Api(base, publishable_key)

    def log_in(self, subject, **changes):
        """A rider with a session."""
        login = self.app.as_rider(jwt=self.provider.token(subject, **changes)).post("/user/login").ok()
        assert login.session, "a JWT opens a session"
        return self.app.as_rider(session=login.session)


def passes(rider):
    return rider.get("/pass?ticket_format=html_base64&omit_unusable_passes=false").ok()


def buy(rider, state, key=None, card=CARD, fare=FARE):
    form = {"a": AGENCY, "fare_id": fare, "stripe_token": card, "ticket_format": "none"}
    headers = {"Idempotency_Key": key or fresh_key(), "Token_Transit_Passes_State": state}
    return rider.post("/purchase", form, **headers)


def activate(rider, pass_id, state):
    form = {"ticket_format": "html_base64", "omit_unusable_passes": "false"}
    headers = {"Idempotency_Key": fresh_key(), "Token_Transit_Passes_State": state}
    return rider.post(f"/pass/{pass_id}/activate", form, **headers)


def good_tokens_open_a_session(world):
    provider = world.provider
    good = {
        "RS256": {},
        "ES256": {"kid": "ec-1"},
        "an audience": {"aud": "tokentransit.com"},
        "an audience among others": {"aud": ["others.example", "tokentransit.com"]},
        "an issuer": {"iss": provider.issuer},
        "a phone number": {"phone_number": "+14155550123"},
        "a phone number by its other name": {"phone": "+14155550123"},
        "no device": {"device_id": None},
        "a clock a little ahead": {"iat": int(time.time()) + 10},
    }
    for what, changes in good.items():
        token = provider.token("ann", **changes)
        login = world.app.as_rider(jwt=token).post("/user/login")
        assert login.status == 200 and login.session, (what, login.text)


def another_jti_is_another_session(world):
    tokens = [world.provider.token("ann", jti=jti) for jti in ("one", "two")]
    sessions = [world.app.as_rider(jwt=token).post("/user/login").ok().session for token in tokens]
    assert sessions[0] != sessions[1]


def bad_tokens_open_nothing(world):
    provider, now = world.provider, int(time.time())
    rsa, _ = provider.keys["rsa-1"]
    bad = {
        "expired": provider.token("ann", iat=now - 700, exp=now - 100),
        "from the future": provider.token("ann", iat=now + 900, exp=now + 1200),
        "for another audience": provider.token("ann", aud="TokenTransit"),
        "for other audiences": provider.token("ann", aud=["a.example", "b.example"]),
        "from another issuer": provider.token("ann", iss="https://elsewhere.example/"),
        "without a rider": provider.token("ann", sub=None),
        "without an e-mail address": provider.token("ann", email=None),
        "without iat": provider.token("ann", iat=None),
        "without exp": provider.token("ann", exp=None),
        "unsigned": provider.unsigned("ann"),
        "signed with the public key": provider.hmac_with_public_key("ann"),
        "altered": provider.altered("ann"),
        "by a stranger under a known key id": provider.by_stranger("ann", "rsa-1"),
        "by a stranger who brings a key": provider.with_own_key_inside("ann"),
        "with a critical extension": provider.token("ann", headers={"crit": ["exp2"], "exp2": now + 9}),
        "with another hash": provider.signed(provider.claims("ann"), rsa, "RS512", {"kid": "rsa-1"}),
        "with a key of another kind": provider.signed(provider.claims("ann"), rsa, "RS256", {"kid": "ec-1"}),
        "without a signature": provider.token("ann").rsplit(".", 1)[0] + ".",
        "no token at all": "made.up.jwt",
    }
    for what, token in bad.items():
        answer = world.app.as_rider(jwt=token).post("/user/login")
        assert (answer.status, answer.body.get("code")) == (401, "login_required"), (what, answer.text)
        assert answer.session is None and token not in answer.text, what
    malformed = world.app.as_rider(jwt=provider.token("ann", email="nobody"))
    malformed.post("/user/login").refused(400, "invalid_email_address")


def unknown_keys_are_not_looked_for_each_time(world):
    before = len(world.provider.fetched)
    for number in range(8):
        token = world.provider.by_stranger("ann", f"unknown-{number}")
        world.app.as_rider(jwt=token).post("/user/login").refused(401, "login_required")
    assert len(world.provider.fetched) - before < 8
    assert set(world.provider.fetched) == {"/auth/jwks.json"}, "keys come from the one address only"
    world.log_in("ann")


def a_rider_looks_around(world):
    agencies = world.phone.get("/agency").ok().body["agencies"]
    assert AGENCY in [agency["agency_id"] for agency in agencies]
    fares = world.phone.get(f"/agency/{AGENCY}/fare", Accept_Language="es-MX, en;q=0.5").ok().body["fares"]
    single = next(fare for fare in fares if fare["fare_id"] == FARE)
    assert single["fare_name"] == "Viaje sencillo regular" and single["price"]["amount"] == 125
    world.phone.get("/developer").ok()
    world.phone.get("/developer/private").refused(403)


def a_rider_fills_a_cart(world):
    rider = world.log_in("carl")
    cart = rider.post("/cart", {"a": AGENCY, f"add_fares[{FARE}]": "2"})
    assert cart.ok().body["total_price"] == {"amount": 250, "currency": "USD"}
    form = {"cart_token": cart.body["cart_token"], "stripe_token": CARD, "ticket_format": "none"}
    headers = {"Idempotency_Key": fresh_key(), "Token_Transit_Passes_State": passes(rider).state}
    bought = rider.post("/purchase", form, **headers).ok()
    assert len(bought.body["passes"]) == 2


def a_rider_buys_once(world):
    rider, key = world.log_in("ann"), fresh_key()
    listed = passes(rider)
    assert listed.body == {"pass_books": None, "passes": []}
    bought = buy(rider, listed.state, key).ok()
    assert [it["status"] for it in bought.body["passes"]] == ["unactivated"]
    again = buy(rider, listed.state, key).ok()
    assert (again.text, again.state) == (bought.text, bought.state), "repeating is answered, not done again"
    buy(rider, listed.state, key, card="tok_visa").refused(409, "idempotency_key_in_use")
    buy(rider, listed.state).refused(412, "account_state_out_of_sync")
    buy(rider, "invented").refused(412, "passes_state_header_invalid_or_missing")
    buy(rider, bought.state, card="tok_chargeDeclined").refused(400, "card_declined_generic")
    buy(rider, bought.state, fare="reduced_single_ride").refused(403, "restricted_purchase")
    assert len(passes(rider).body["passes"]) == 1


def a_rider_shows_a_ticket_on_one_device(world):
    rider, tablet = world.log_in("ann"), world.log_in("ann", device_id="ann-tablet")
    listed = passes(rider)
    pass_id = listed.body["passes"][0]["pass_id"]
    activated = activate(rider, pass_id, listed.state).ok()
    assert activated.body["activated_pass_id"] == pass_id
    shown = rider.get(f"/pass/{pass_id}").ok().body
    assert shown["status"] == "active" and shown["display_html"]
    elsewhere = passes(tablet)
    assert elsewhere.body["passes"][0]["status"] == "active_on_another_device"
    activate(tablet, pass_id, elsewhere.state).refused(428, "pass_active_on_another_device")
    stranger = world.log_in("bob")
    stranger.get(f"/pass/{pass_id}").refused(404, "resource_not_found")
    return pass_id


def a_rider_has_a_pass_validated(world, pass_id):
    rider, key = world.log_in("ann"), fresh_key()
    form = {
        "pass_id": pass_id,
        "timestamp": "2020-03-14T17:00:01.123456789-07:00",
        "latitude": "37.773972",
        "longitude": "-122.431297",
    }
    validated = rider.post("/validation/visual", form, Idempotency_Key=key)
    assert validated.ok().body == {}
    assert rider.post("/validation/visual", form, Idempotency_Key=key).ok().body == {}
    rider.post("/validation/visual", form | {"timestamp": "yesterday"}).refused(400)


def a_rider_sends_a_pass_to_another(world):
    ann, bob = world.log_in("ann"), world.log_in("bob")
    bought = buy(ann, passes(ann).state).ok()
    sent = [it["pass_id"] for it in bought.body["passes"] if it["status"] == "unactivated"]
    made = ann.post("/pass_transfer", {"items": sent[0]}, Idempotency_Key=fresh_key()).ok()
    link = {"link": made.body["redemption"]["url"]}
    ann.post("/redeem", link, Idempotency_Key=fresh_key()).refused(400, "pass_transfer_into_source_account")
    key = fresh_key()
    for _ in range(2):
        assert bob.post("/redeem", link, Idempotency_Key=key).ok().body == {}
    assert len(passes(bob).body["passes"]) == 1
    bob.post("/redeem", link, Idempotency_Key=fresh_key()).refused(400, "redemption_already_used")
    carol = world.log_in("carol")
    carol.post("/redeem", link).refused(403, "redemption_used_by_another_account")
    ann.post("/redeem", {"link": "nothing"}).refused(400, "redemption_invalid")
    assert sent[0] not in [it["pass_id"] for it in passes(ann).body["passes"]]


def a_session_ends_with_the_logout(world):
    rider = world.log_in("ann")
    assert rider.post("/user/logout").ok().body == {}
    rider.get("/pass?ticket_format=none").refused(401, "login_required")
    token = world.provider.token("ann")
    both = world.app.as_rider(session=rider.session, jwt=token)
    assert both.get("/pass?ticket_format=none").ok().session, "a dead cookie and a good JWT is a rider"


def main():
    provider = Provider()
    print(provider.url, flush=True)
    world = World(provider, *sys.stdin.readline().split())
    steps = [
        good_tokens_open_a_session,
        another_jti_is_another_session,
        bad_tokens_open_nothing,
        unknown_keys_are_not_looked_for_each_time,
        a_rider_looks_around,
        a_rider_buys_once,
    ]
    for step in steps:
        print(step.__name__, flush=True)
        step(world)
    print("a_rider_shows_a_ticket_on_one_device", flush=True)
    pass_id = a_rider_shows_a_ticket_on_one_device(world)
    print("a_rider_has_a_pass_validated", flush=True)
    a_rider_has_a_pass_validated(world, pass_id)
    for step in [a_rider_fills_a_cart, a_rider_sends_a_pass_to_another, a_session_ends_with_the_logout]:
        print(step.__name__, flush=True)
        step(world)
    print("ok", flush=True)


if __name__ == "__main__":
    main()
