"""Buying: to keep, and to ride at once."""

from marketplace import BUS, METRO
from objects import PASS, held
from world import CARD, only, step


def board(rider, fare="single", agency=BUS, **form):
    form = {"stripe_token": CARD, "ticket_format": "html_base64"} | form
    return rider.post(f"/agency/{agency}/fare/{fare}/purchase", form)


@step
def a_purchase_is_answered_with_every_pass(world):
    rider = world.rider()
    assert rider.wallet().body == {"pass_books": None, "passes": []}
    bought = rider.buy().ok()
    it = only(bought.body["passes"])
    assert (it["agency_id"], it["status"], it["payment_processor"]) == (BUS, "unactivated", "Stripe")
    assert it["details"] == {"agency_name": "Bus", "description": "Single Ride", "name": "Single Ride"}
    assert it["fare"]["price"] == {"amount": 125, "currency": "USD"} and "options" not in it["fare"]
    assert it["logo_url"] == "https://bus.example/logo.png" and "display_html" not in it
    assert bought.state == rider.state()
    assert "price" not in rider.buy(include_fare_price="false").ok().body["passes"][0]["fare"]
    with_options = rider.buy(include_fare_options="true").ok().body
    assert only(with_options["fare_options"], type="rider")["label"] == "Rider"
    assert with_options["passes"][0]["fare"]["options"] == [{"id": "regular", "type": "rider"}]


@step
def what_is_not_for_this_rider_is_not_sold(world):
    rider = world.rider()
    state = rider.state()
    rider.buy("reduced", state=state).refused(403, "restricted_purchase")
    rider.buy("nothing", state=state).refused(404, "resource_not_found", "fare_id")
    rider.buy(agency="nowhere", state=state).refused(404, "resource_not_found", "a")
    rider.buy(agency="unlinked", state=state).refused(404, "resource_not_found", "a")
    assert rider.wallet().body["passes"] == []


@step
def a_pass_is_bought_and_active(world):
    rider = world.rider()
    boarded = held(board(rider).ok().body, PASS)
    assert boarded["status"] == "active" and boarded["display_html"] and "price" not in boarded["fare"]
    assert rider.status(boarded["pass_id"]) == "active"
    board(rider).refused(428, "activated_pass_already_on_device")
    assert board(rider, agency=METRO).ok().body["status"] == "active", "of another agency"
    assert board(rider.on("tablet")).ok().body["status"] == "active", "on another device"


@step
def what_cannot_be_active_at_once_is_not_sold_so(world):
    rider = world.rider()
    board(rider, "book").refused(400, "invalid_id")
    board(rider, "some_day", METRO).refused(428, "pass_cannot_be_activated_at_this_time")
    board(rider, "reduced").refused(403, "restricted_purchase")
    board(rider, "nothing").refused(404, "resource_not_found")
    board(rider, stripe_token="pm_card_chargeDeclined").refused(400, "card_declined_generic")
    board(rider, activate_on_purchase="false").refused(400, param="activate_on_purchase")
    assert rider.wallet().body["passes"] == []
