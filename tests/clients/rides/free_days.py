"""Days on which riding is free: nothing is sold, and riders are told."""

from marketplace import FERRY, ferry
from objects import AGENCY, FARES, held
from world import CARD, only, step

TODAY = {"id": "today", "from": "2020-01-01T00:00:00-05:00"}
OVER = TODAY | {"until": "2020-01-02T00:00:00-05:00"}


@step
def on_a_free_day_nothing_is_sold_or_activated(world):
    rider = world.rider()
    [waiting, active] = rider.bought("crossing", FERRY) + rider.bought("crossing", FERRY)
    rider.activate(active).ok()
    world.apply({"apps": [], "operators": [ferry(fare_free=[TODAY])]})
    agency = held(world.phone.get(f"/agency/{FERRY}").ok().body, AGENCY)
    assert only(agency["service_alerts"])["effect"] == "FARE_FREE"
    assert held(world.phone.get(f"/agency/{FERRY}/fare").ok().body, FARES)["fares"] == []
    cart = rider.cart(FERRY, add_fares={"crossing": 1}).ok().body
    assert cart["agency_fares"] == [] and only(cart["service_alerts"])["effect"] == "FARE_FREE"
    boarding = {"stripe_token": CARD, "ticket_format": "none"}
    for refused in [
        rider.buy("crossing", agency=FERRY),
        rider.buy_cart(cart),
        rider.post(f"/agency/{FERRY}/fare/crossing/purchase", boarding),
        rider.activate(waiting),
    ]:
        refused.refused(428, "agency_free_fare_day")
    assert (rider.status(waiting), rider.status(active)) == ("unactivated", "active")
    old = {"Token_Transit_Api_Version": "2019-05-01"}
    assert len(world.phone.get(f"/agency/{FERRY}/fare", **old).ok().body["fares"]) == 2
    assert "service_alerts" not in world.phone.get(f"/agency/{FERRY}", **old).ok().body
    world.apply({"apps": [], "operators": [ferry(fare_free=[OVER])]})
    rider.activate(waiting).ok()
    rider.buy("crossing", agency=FERRY).ok()
