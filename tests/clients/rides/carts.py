"""Carts: nowhere but in their token, priced anew each time, and bought for what they showed."""

from marketplace import CLOSED, FERRY, METRO, ferry
from objects import CART, held
from world import only, step


def filled(rider, *args, **kwargs):
    return held(rider.cart(*args, **kwargs).ok().body, CART)


@step
def a_cart_is_added_to_changed_and_emptied(world):
    rider = world.rider()
    cart = filled(rider, METRO)
    assert cart["items"] == [] and cart["total_price"]["amount"] == 0
    cart = filled(rider, token=cart["cart_token"], add_fares={"outer": 2, "single": 1})
    assert [(it["fare"]["fare_id"], it["quantity"]) for it in cart["items"]] == [("single", 1), ("outer", 2)]
    assert (cart["total_price"]["amount"], cart["discounted_total_price"]["amount"]) == (501, 465)
    outer = cart["items"][1]
    assert (outer["total_fare_price"]["amount"], outer["discounted_total_fare_price"]["amount"]) == (298, 262)
    assert cart["alert_labels"] == ["Outer only"] and "No transfers." in cart["purchase_alert_text"]
    assert only(cart["service_alerts"])["header"] == "Detour"
    cart = filled(rider, token=cart["cart_token"], update_fares={"outer": 1}, remove_fares={"single": 5})
    assert [(it["fare"]["fare_id"], it["quantity"]) for it in cart["items"]] == [("outer", 1)]
    cart = filled(rider, token=cart["cart_token"], update_fares={"outer": 0})
    assert cart["items"] == [] and "discounted_total_price" not in cart
    assert rider.buy_cart(cart).status == 400


@step
def a_cart_with_discounts_is_charged_what_it_showed(world):
    rider = world.rider()
    cart = filled(rider, METRO, add_fares={"outer": 2, "single": 1})
    bought = rider.buy_cart(cart).ok().body
    assert sorted(it["fare"]["fare_id"] for it in bought["passes"]) == ["outer", "outer", "single"]
    charges = world.books()["accounts"]["acct_metro"]["charges"]
    assert 465 in [it["amount"] for it in charges] and 501 not in [it["amount"] for it in charges]
    rider.buy("outer", agency=METRO).ok()
    assert world.books()["accounts"]["acct_metro"]["charges"][-1]["amount"] == 149, "discounts are for carts"


@step
def a_fare_is_named_once_and_in_whole_numbers(world):
    rider = world.rider()
    for one, other in [("add_fares", "update_fares"), ("add_fares", "remove_fares"), ("update_fares", "remove_fares")]:
        refused = rider.cart(METRO, **{one: {"single": 1}, other: {"single": 1}})
        refused.refused(400, param=f"{other}[single]")
    for name, value in [("add_fares", "0"), ("add_fares", "-1"), ("update_fares", "1.5"), ("remove_fares", "0")]:
        rider.cart(METRO, **{name: {"single": value}}).refused(400, param=f"{name}[single]")
    cart = filled(rider, METRO)
    rider.cart(METRO, token=cart["cart_token"]).refused(400, param="a")
    for fare in ["nothing", "not an id"]:
        rider.cart(METRO, add_fares={fare: 1}).refused(404, "resource_not_found", f"add_fares[{fare}]")
    rider.cart("nowhere").refused(404, "resource_not_found", "a")


@step
def limits_hold(world):
    rider = world.rider()
    cart = filled(rider, METRO, add_fares={"event": 3})
    rider.cart(token=cart["cart_token"], add_fares={"event": 1}).refused(400, "invalid_cart")
    rider.cart(METRO, add_fares={"single": 13}).refused(400, "single_order_pass_limit_exceeded")
    filled(rider, METRO, add_fares={"single": 12})


@step
def some_fares_are_for_riders_who_are_known_or_allowed(world):
    rider = world.rider()
    world.phone.post("/cart", {"a": METRO, "add_fares[personal]": "1"}).refused(401, "login_required")
    filled(rider, METRO, add_fares={"personal": 1})
    rider.cart("bus", add_fares={"reduced": 1}).refused(403, "restricted_purchase")
    anonymous = world.phone.post("/cart", {"a": METRO, "add_fares[single]": "1"}).ok().body
    rider.buy_cart(held(anonymous, CART)).ok()


@step
def a_token_is_its_apps_own_and_unaltered(world):
    rider = world.rider()
    token = filled(rider, METRO, add_fares={"single": 1})["cart_token"]
    world.other_app.post("/cart", {"cart_token": token}).refused(400, param="cart_token")
    for bad in [token[:-3], token[:6] + ("B" if token[6] == "A" else "A") + token[7:], "e30", "no token"]:
        rider.cart(token=bad).refused(400, param="cart_token")
        rider.buy_cart({"cart_token": bad}).refused(400, param="cart_token")


@step
def a_stale_cart_is_refreshed_before_it_is_bought(world):
    rider = world.rider()
    cart = filled(rider, FERRY, add_fares={"crossing": 2})
    world.apply({"apps": [], "operators": [ferry(price=310)]})
    rider.buy_cart(cart).refused(400, "stale_cart")
    fresh = filled(rider, token=cart["cart_token"])
    assert fresh["total_price"]["amount"] == 620
    world.apply({"apps": [], "operators": [ferry(crossing=False)]})
    rider.buy_cart(fresh).refused(400, "fares_out_of_date")
    rider.cart(token=fresh["cart_token"]).refused(400, "fares_out_of_date")
    without = filled(rider, token=fresh["cart_token"], update_fares={"crossing": 0}, add_fares={"deck_chair": 1})
    rider.buy_cart(without).ok()
    world.apply({"apps": [], "operators": [ferry()]})


@step
def an_agency_that_cannot_be_paid_sells_nothing(world):
    rider = world.rider()
    cart = filled(rider, CLOSED, add_fares={"single": 1})
    world.set_account("acct_closed", "restricted", CLOSED)
    rider.buy_cart(cart).refused(403, "fares_cannot_be_purchased")
    rider.buy(agency=CLOSED).refused(403, "fares_cannot_be_purchased")
    rider.cart(CLOSED, add_fares={"single": 1}).refused(403, "fares_cannot_be_purchased")
    assert filled(rider, token=cart["cart_token"])["agency_fares"] == []
    world.set_account("acct_closed", "enabled", CLOSED)
    rider.buy_cart(cart).ok()
