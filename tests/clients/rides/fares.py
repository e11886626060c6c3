"""Fares: in order, with their options, alerts and restrictions."""

from marketplace import BUS, METRO
from objects import FARE, FARES, held
from world import only, step


def listed(api, agency):
    return held(api.get(f"/agency/{agency}/fare").ok().body, FARES)


@step
def fares_come_in_the_order_of_the_catalog_with_the_options_that_sort_them(world):
    shown = listed(world.phone, METRO)
    ids = [it["fare_id"] for it in shown["fares"]]
    assert ids == ["single", "outer", "event", "personal", "some_day", "shuttle"]
    assert [it["id"] for it in only(shown["fare_options"], type="zone")["value"]] == ["inner", "outer"]
    assert shown["fares"][0]["options"] == [{"id": "inner", "type": "zone"}]
    for fare in shown["fares"]:
        alone = held(world.phone.get(f"/agency/{METRO}/fare/{fare['fare_id']}").ok().body, FARE)
        assert alone == fare


@step
def a_fare_says_what_a_rider_should_know(world):
    fares = listed(world.phone, METRO)["fares"]
    outer = only(fares, fare_id="outer")
    assert outer["price"] == {"amount": 149, "currency": "USD"}
    assert outer["discounted_price"] == {"amount": 131, "currency": "USD"}
    assert outer["alert_text"] == "Not valid downtown.\nNo transfers."
    assert outer["purchase_alert_text"] == "No transfers." and outer["alert_label"] == "Outer only"
    assert only(fares, fare_id="personal")["login_required"] is True
    assert "login_required" not in outer and "passes_count" not in outer
    bus = listed(world.phone, BUS)["fares"]
    book = only(bus, fare_id="book")
    assert (book["product_type"], book["passes_count"]) == ("pass_book", 3)
    assert only(bus, fare_id="single")["product_type"] == "single_pass"
    reduced = only(bus, fare_id="reduced")
    assert reduced["restricted_purchase"] is True
    assert (reduced["restricted_purchase_label"], reduced["restricted_purchase_text"]) == ("Restricted", "Ask the bus.")


@step
def agencies_announce_what_riders_should_know(world):
    alert = only(world.phone.get(f"/agency/{METRO}").ok().body["service_alerts"])
    assert alert == {"header": "Detour", "description": "Line 7.", "effect": "OTHER_EFFECT"}
    old = world.phone.get(f"/agency/{METRO}", Token_Transit_Api_Version="2019-05-01").ok().body
    assert "service_alerts" not in old, "2019-05-01 knows of none"
