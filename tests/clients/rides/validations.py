"""Visual validation: every tap is reported, and counted once a key."""

from api import fresh_key
from world import step

PLACE = {"latitude": "37.773972", "longitude": "-122.431297"}


@step
def every_tap_is_noted(world):
    rider = world.rider()
    [pass_id] = rider.bought()
    tap = {"pass_id": pass_id, "timestamp": "2020-03-14T17:00:01.123456789-07:00"}
    rider.post("/validation/visual", tap | PLACE).refused(428, "pass_unactivated")
    rider.activate(pass_id).ok()
    key = fresh_key()
    for form in [tap | PLACE, tap, tap | {"timestamp": "2020-03-15T00:00:01Z"}]:
        assert rider.post("/validation/visual", form).ok().body == {}
    for _ in range(2):
        assert rider.post("/validation/visual", tap | PLACE, Idempotency_Key=key).ok().body == {}
    rider.post("/validation/visual", tap, Idempotency_Key=key).refused(409, "idempotency_key_in_use")
    world.rider().post("/validation/visual", tap).refused(404, "resource_not_found")
    rider.bought("book")
    book = rider.wallet().body["pass_books"][0]["pass_book_id"]
    rider.post("/validation/visual", tap | {"pass_id": book}).refused(400, "invalid_id", "pass_id")
