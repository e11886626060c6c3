"""Login sessions: the cookie that stands in for a JWT."""

from world import step

LIST = "/pass?ticket_format=none"


@step
def a_cookie_is_kept_from_scripts_and_other_sites(world):
    login = world.app.as_rider(jwt=world.provider.token("ann")).post("/user/login").ok()
    attributes = {it.strip().partition("=")[0].lower() for it in login.cookie.split(";")[1:]}
    assert {"httponly", "secure", "samesite", "path", "max-age"} <= attributes, login.cookie
    # 256 random bits are 43 characters of base64, or 64 of hexadecimal.
    assert len(login.session) >= 43 and login.session not in login.text


@step
def every_successful_call_with_a_token_opens_a_session(world):
    rider = world.app.as_rider(jwt=world.provider.token("ann"))
    for path in ["/agency", "/agency/bus", "/agency/bus/fare", "/agency/bus/fare/single", "/developer", LIST]:
        opened = rider.get(path).ok().session
        assert opened, path
        world.app.as_rider(session=opened).get(LIST).ok()
    refused = rider.get("/pass/nothing")
    assert refused.status == 404 and not refused.session
    assert not rider.post("/user/logout").ok().session, "a logout opens none"


@step
def sessions_are_nobody_elses(world):
    sessions = [world.rider("ann", jti=jti).session for jti in ("one", "two")]
    assert sessions[0] != sessions[1], "sessions are never shared between two values of jti"
    rider = world.rider()
    for api in [world.other_app, world.app]:
        for session in [rider.session + "x", "made-up", ""]:
            api.as_rider(session=session).get(LIST).refused(401, "login_required")
    world.other_app.as_rider(session=rider.session).get(LIST).refused(401, "login_required")


@step
def a_session_ends_with_the_logout(world):
    rider, other = world.rider("ann"), world.rider("ann")
    out = rider.post("/user/logout").ok()
    name, _, value = out.cookie.split(";")[0].partition("=")
    assert out.body == {} and (name, value) == ("user_session_id", ""), "the cookie is deleted"
    rider.get(LIST).refused(401, "login_required")
    rider.post("/user/login").refused(401, "login_required")
    other.get(LIST).ok()
    world.app.post("/user/logout").refused(401, "login_required")


@step
def whoever_has_a_dead_cookie_falls_back_to_a_token(world):
    rider = world.rider("ann")
    rider.post("/user/logout").ok()
    both = world.app.as_rider(session=rider.session, jwt=world.provider.token("ann"))
    assert both.get(LIST).ok().session
    alive = world.rider("ann")
    both = world.app.as_rider(session=alive.session, jwt="made.up.jwt")
    assert not both.get(LIST).ok().session, "a good cookie is enough"


@step
def riders_calls_need_a_rider(world):
    for call in [
        world.app.get(LIST),
        world.app.get("/pass/nothing"),
        world.app.get("/agency/bus/pass/nothing"),
        world.app.post("/pass/nothing/activate"),
        world.app.post("/purchase"),
        world.app.post("/agency/bus/fare/single/purchase"),
        world.app.post("/user/login"),
        world.app.post("/user/stripe_ephemeral_key"),
        world.app.post("/redeem", {"link": "test_redemption_success"}),
        world.app.post("/validation/visual"),
        world.app.get("/pass_transfer"),
    ]:
        call.refused(401, "login_required")


@step
def a_login_says_the_customer_to_secret_keys_only(world):
    form = {"include_stripe_customer_id": "true", "accepted_latest_terms": "true"}
    rider = world.rider()
    assert rider.post("/user/login").ok().body == {}
    customer = rider.post("/user/login", form).ok().body["stripe_customer_id"]
    assert customer.startswith("cus_")
    assert rider.post("/user/login", form).ok().body["stripe_customer_id"] == customer
    assert world.at_stripe("GET", f"/v1/customers/{customer}")["id"] == customer
    phone = world.phone.as_rider(session=rider.session)
    assert phone.post("/user/login", form).ok().body == {}
