"""Passes and books: their statuses, and what they say of themselves."""

import datetime

from marketplace import BUS, METRO
from objects import moment
from world import eventually, only, step


@step
def a_pass_is_unactivated_then_active_on_its_device_only(world):
    phone = world.rider()
    tablet = phone.on("tablet")
    [pass_id] = phone.bought()
    assert phone.look(pass_id)["status"] == "unactivated"
    activated = phone.activate(pass_id).ok().body
    assert activated["activated_pass_id"] == pass_id
    active = only(activated["passes"], pass_id=pass_id)
    assert active["status"] == "active" and active["display_html"]
    assert moment(active["end_timestamp"]) - moment(active["start_timestamp"]) == datetime.timedelta(minutes=30)
    assert active["ticket_expiration_timestamp"]
    elsewhere = tablet.look(pass_id)
    assert elsewhere["status"] == "active_on_another_device" and "display_html" not in elsewhere
    tablet.activate(pass_id).refused(428, "pass_active_on_another_device")
    assert phone.activate(pass_id).ok().body["activated_pass_id"] == pass_id, "once more is no harm"


@step
def a_pass_is_its_riders_alone(world):
    rider, stranger = world.rider(), world.rider()
    [pass_id] = rider.bought()
    for answer in [
        stranger.get(f"/pass/{pass_id}"),
        stranger.get(f"/agency/{BUS}/pass/{pass_id}"),
        stranger.activate(pass_id),
        rider.get(f"/agency/{METRO}/pass/{pass_id}"),
        rider.get("/pass/pass_of_nobody"),
    ]:
        answer.refused(404, "resource_not_found")
    assert rider.get(f"/agency/{BUS}/pass/{pass_id}").ok().body["pass_id"] == pass_id


@step
def rides_of_a_book_are_used_one_by_one(world):
    rider = world.rider()
    rides = rider.bought("book")
    listed = rider.wallet().body
    book = only(listed["pass_books"])
    assert len(rides) == 3 and book["unactivated_remaining_count"] == 3
    assert book["fare"]["fare_id"] == "book" and book["purchase_receipt"]["link"]
    for ride in listed["passes"]:
        assert ride["pass_book_id"] == book["pass_book_id"]
        assert ride["details"]["name"] == "Three Rides (1 Ride)" and "purchase_receipt" not in ride
    for path in [f"/pass/{book['pass_book_id']}", f"/agency/{BUS}/pass/{book['pass_book_id']}"]:
        rider.get(path).refused(400, "invalid_id")
    rider.activate(book["pass_book_id"]).refused(400, "invalid_id")
    for left, ride in zip([2, 1], rides):
        activated = rider.activate(ride).ok().body
        assert only(activated["pass_books"])["unactivated_remaining_count"] == left
    assert [rider.status(ride) for ride in rides] == ["active", "active", "unactivated"]


@step
def multi_day_passes_end_with_the_service_day(world):
    rider = world.rider()
    [pass_id] = rider.bought("three_days")
    active = only(rider.activate(pass_id).ok().body["passes"])
    ends, ticket = moment(active["end_timestamp"]), moment(active["ticket_expiration_timestamp"])
    assert ticket < ends, "a ticket goes stale each day"
    assert datetime.timedelta(days=2) < ends - moment(active["start_timestamp"]) <= datetime.timedelta(days=3, hours=1)


@step
def a_pass_has_its_time(world):
    rider = world.rider()
    [pass_id] = rider.bought("some_day", METRO)
    window = only(rider.look(pass_id)["valid_time_ranges"])
    assert moment(window["start_timestamp"]).year == 2099 and "end_timestamp" not in window
    rider.activate(pass_id).refused(428, "pass_cannot_be_activated_at_this_time")
    assert rider.status(pass_id) == "unactivated"


@step
def a_refunded_pass_says_so_and_is_out_of_use(world):
    rider = world.rider()
    [kept, pass_id] = rider.bought() + rider.bought()
    made = rider.send(pass_id).ok().body
    rider.post(f"/pass_transfer/{made['id']}/refund", Idempotency_Key=made["id"]).ok()
    eventually("the refund", lambda: rider.status(pass_id) == "refunded")
    refunded = rider.look(pass_id)
    assert refunded["refund_timestamp"] and refunded["refund_receipt"]["number"]
    rider.activate(pass_id).refused(400, "pass_refunded")
    usable = rider.wallet(omit_unusable_passes="true").body["passes"]
    assert [it["pass_id"] for it in usable] == [kept]
    assert len(rider.wallet().body["passes"]) == 2


@step
def an_unactivated_pass_tells_when_it_would_end(world):
    rider = world.rider()
    [pass_id] = rider.bought()
    shown = rider.look(pass_id)
    assert moment(shown["end_timestamp"]) - moment(shown["start_timestamp"]) == datetime.timedelta(minutes=30)
    assert moment(shown["start_timestamp"]) >= moment(shown["purchase_timestamp"])
