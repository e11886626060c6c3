"""Web pages: which may call, and what they may read."""

from api import send
from marketplace import PAGE
from world import step

STRANGER = "https://evil.example"


def opened(answer):
    return {name.lower(): value for name, value in answer.headers.items() if name.lower().startswith("access-control")}


def preflight(world, path, origin):
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "token-transit-api-key,idempotency-key",
    }
    return send("OPTIONS", world.server + path, headers)


@step
def a_preflight_lets_an_apps_pages_call(world):
    for path in ["/purchase", "/agency/bus/fare", "/pass/x/activate"]:
        allowed = opened(preflight(world, path, PAGE).ok())
        assert allowed["access-control-allow-origin"] == PAGE
        assert allowed["access-control-allow-credentials"] == "true"
        assert "POST" in allowed["access-control-allow-methods"]
        for header in ["token-transit-api-key", "token-transit-passes-state", "idempotency-key", "authorization"]:
            assert header in allowed["access-control-allow-headers"]
        for stranger in [STRANGER, "null", PAGE + ".evil.example", PAGE.replace("https", "http")]:
            assert opened(preflight(world, path, stranger)) == {}, stranger


@step
def an_answer_is_read_by_the_pages_of_the_calling_app_only(world):
    rider = world.rider()
    for answer in [
        rider.get("/pass?ticket_format=none", Origin=PAGE).ok(),
        rider.get("/pass/nothing", Origin=PAGE).refused(404, "resource_not_found"),
    ]:
        allowed = opened(answer)
        assert allowed["access-control-allow-origin"] == PAGE
        assert allowed["access-control-allow-credentials"] == "true"
        for header in ["token-transit-passes-state", "retry-after", "x-request-id"]:
            assert header in allowed["access-control-expose-headers"].lower()
        assert "origin" in ",".join(answer.headers.get_all("vary")).lower()
    for api, origin in [(world.app, STRANGER), (world.other_app, PAGE), (world.app, "null")]:
        assert opened(api.get("/agency", Origin=origin).ok()) == {}, origin
    assert opened(world.app.get("/agency", Token_Transit_Api_Key="sk_test_nobody_0000000", Origin=PAGE)) == {}
