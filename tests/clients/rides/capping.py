"""Fare capping: three dollars a day, and the rest of the day is free."""

from marketplace import LOOP
from world import only, step


def statuses(rider):
    return sorted(it["status"] for it in rider.wallet().body["passes"])


@step
def who_reaches_the_cap_rides_on_a_replacement(world):
    rider = world.rider()
    rides = [rider.bought(agency=LOOP)[0] for _ in range(4)]
    for ride in rides[:2]:
        assert rider.activate(ride).ok().body["activated_pass_id"] == ride
    reached = rider.activate(rides[2]).ok()
    replacement = reached.body["activated_pass_id"]
    assert replacement not in rides
    given = only(reached.body["passes"], pass_id=replacement)
    assert given["status"] == "active" and given["details"]["name"] == "Rest of the day" and given["display_html"]
    assert statuses(rider) == ["active", "fare_capped", "fare_capped", "fare_capped", "unactivated"]
    rider.activate(rides[0]).refused(400, "pass_invalid")
    assert rider.activate(rides[3]).ok().body["activated_pass_id"] == replacement, "nothing is used up"
    assert rider.status(rides[3]) == "unactivated"
    usable = rider.wallet(omit_unusable_passes="true").body["passes"]
    assert "fare_capped" not in [it["status"] for it in usable]


@step
def rides_of_a_book_count_their_share(world):
    rider = world.rider()
    rides = rider.bought("book", LOOP)
    for ride in rides[:2]:
        assert rider.activate(ride).ok().body["activated_pass_id"] == ride
    assert rider.activate(rides[2]).ok().body["activated_pass_id"] not in rides


@step
def what_only_replaces_others_is_not_for_sale(world):
    fares = world.phone.get(f"/agency/{LOOP}/fare").ok().body["fares"]
    assert [it["fare_id"] for it in fares] == ["single", "book"]
    world.rider().buy("rest_of_day", agency=LOOP).refused(404, "resource_not_found")
