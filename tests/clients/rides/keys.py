"""API keys, versions and environments."""

from api import Api
from marketplace import BUS, LIVE, SPARE, UNLINKED
from objects import AGENCY, held
from world import step

PLATFORM = {"platform_id", "platform_name", "developer_id", "api_key_type", "env"}


@step
def a_key_says_whose_it_is(world):
    for api, kind in [(world.app, "secret"), (world.phone, "publishable")]:
        said = api.get("/developer").ok().body
        assert said.keys() - {"owner_entity_kind"} == PLATFORM | {"stripe_publishable_api_key"}, said
        assert (said["api_key_type"], said["env"], said["platform_name"]) == (kind, "test", "Wayfarer")
        assert said["stripe_publishable_api_key"] == "pk_test_wayfarer"
    private = world.app.get("/developer/private").ok().body
    assert private.keys() - {"owner_entity_kind"} == PLATFORM
    world.phone.get("/developer/private").refused(403)


@step
def every_call_needs_a_key_and_a_version(world):
    calls = [("GET", "/developer"), ("GET", "/agency"), ("GET", "/pass"), ("POST", "/cart"), ("POST", "/purchase")]
    for method, path in calls:
        for key in [None, "", "nonsense", "sk_test_never_issued_000000", "sk_staging_wayfarer_0000000", SPARE[:-1]]:
            world.app.call(method, path, Token_Transit_Api_Key=key).refused(401)
        for version in [None, "", "2020-05-22", "latest"]:
            refused = world.app.call(method, path, Token_Transit_Api_Version=version)
            refused.refused(400, param="Token-Transit-Api-Version")
    for version in ["2019-05-01", "2020-05-21"]:
        world.app.get("/agency", Token_Transit_Api_Version=version).ok()


@step
def what_does_not_exist_is_not_found(world):
    for path in ["/nothing", "/agency/nowhere", f"/agency/{BUS}/fare/nothing", "/agency/nowhere/fare"]:
        assert world.app.get(path).status == 404, path
    world.app.get(f"/agency/{UNLINKED}").refused(404, "resource_not_found")
    ids = {world.app.get("/agency").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3, "each request has a name of its own"
    world.app.call("DELETE", "/agency").refused(404, "resource_not_found")
    assert world.app.call("HEAD", "/agency").status == 200


@step
def agencies_are_those_that_the_app_is_linked_to(world):
    listed = world.phone.get("/agency").ok().body["agencies"]
    ids = [held(it, AGENCY)["agency_id"] for it in listed]
    assert BUS in ids and UNLINKED not in ids
    assert [it["agency_id"] for it in world.other_app.get("/agency").ok().body["agencies"]] == [BUS, UNLINKED]
    bus = held(world.phone.get(f"/agency/{BUS}").ok().body, AGENCY)
    assert bus in listed
    assert bus["location"] == {"latitude": 34.028189, "longitude": -118.489176} and bus["country"] == "US"


@step
def live_is_another_world(world):
    live = Api(world.server, LIVE)
    assert live.get("/developer").ok().body["env"] == "live"
    live.get("/agency").ok()
    rider = world.rider("ann")
    live.as_rider(session=rider.session).get("/pass?ticket_format=none").refused(401, "login_required")
    assert live.get("/auth/testing/jwt?sub=ann&email=ann@example.com").status == 403
    there = world.rider("ann", api=live)
    assert there.wallet().body == {"pass_books": None, "passes": []}
    there.buy(state=rider.state()).refused(412, "passes_state_header_invalid_or_missing")
    # Nobody has a Stripe key for it, so that no agency can be paid.
    there.buy().refused(403, "fares_cannot_be_purchased")
    there.redeem("test_redemption_success").refused(400, "redemption_invalid")


@step
def a_key_that_was_taken_away_is_as_good_as_none(world):
    spare = Api(world.server, SPARE)
    spare.get("/agency").ok()
    keys = world.admin("GET", "/apps/wayfarer/keys").ok().body
    listed = keys.get("keys") or keys["data"]
    key_id = next(it["key_id"] for it in listed if SPARE.endswith(it["hint"]))
    world.admin("POST", f"/apps/wayfarer/keys/{key_id}/revoke").ok()
    spare.get("/agency").refused(401)
    world.app.get("/agency").ok()
