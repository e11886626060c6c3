"""JWTs: what opens a session, and what opens nothing."""

import json
import time

import jwt

from api import Api
from marketplace import UNREACHABLE
from world import step


@step
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


@step
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
        assert token not in answer.text, what
    malformed = world.app.as_rider(jwt=provider.token("ann", email="nobody"))
    malformed.post("/user/login").refused(400, "invalid_email_address")


@step
def keys_that_nobody_knows_are_not_looked_for_each_time(world):
    before = len(world.provider.fetched)
    for number in range(8):
        token = world.provider.by_stranger("ann", f"unknown-{number}")
        world.app.as_rider(jwt=token).post("/user/login").refused(401, "login_required")
    assert len(world.provider.fetched) - before < 8
    assert set(world.provider.fetched) == {"/auth/jwks.json"}, "keys come from the one address only"
    world.rider("ann")


@step
def a_token_of_one_app_opens_nothing_at_another(world):
    world.other_app.as_rider(jwt=world.provider.token("ann")).post("/user/login").refused(401, "login_required")


@step
def while_a_key_set_cannot_be_fetched_a_token_is_to_be_sent_again(world):
    offline = Api(world.server, UNREACHABLE)
    offline.as_rider(jwt=world.provider.token("ann")).post("/user/login").refused(503, "url_error")
    offline.get("/agency").ok()


@step
def a_token_may_come_in_the_header_that_the_table_names(world):
    """The document's text says `Authorization`, its table of headers `Authentication`."""
    bearer = f"Bearer {world.provider.token('ann')}"
    for name in ["Authorization", "Authentication"]:
        assert world.app.post("/user/login", **{name: bearer}).ok().session, name


@step
def testing_tokens_are_minted_for_test_keys_only(world):
    claims = {"sub": "bcfad41f", "email": "user@example.com", "device_id": "d8a942c5", "phone_number": "+14155550123"}
    for answer in [
        world.other_app.get("/auth/testing/jwt", query=claims),
        world.other_app.post("/auth/testing/jwt", claims),
    ]:
        token = answer.ok().text.strip()
        keys = jwt.PyJWKSet.from_dict(world.app.call("GET", "/testing/es256/jwks.json").ok().body)
        kid = jwt.get_unverified_header(token)["kid"]
        key = next(key for key in keys.keys if key.key_id == kid)
        said = jwt.decode(token, key.key, algorithms=["ES256"], audience="tokentransit.com")
        assert claims.items() <= said.items() and 0 < said["exp"] - said["iat"] <= 600, said
        assert world.other_app.as_rider(jwt=token).post("/user/login").ok().session
    for missing in ["sub", "email"]:
        incomplete = {name: value for name, value in claims.items() if name != missing}
        world.other_app.post("/auth/testing/jwt", incomplete).refused(400, param=missing)
    published = world.app.call("GET", "/testing/jwks.json", Token_Transit_Api_Key=None).ok()
    assert [key["alg"] for key in json.loads(published.text)["keys"]] == ["RS256"]
