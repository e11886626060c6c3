"""Passes that are sent: made, redeemed by link, taken back, refunded."""

import datetime

from api import fresh_key
from objects import REDEMPTION, TRANSFER, held
from world import eventually, only, step, together


def made(rider, *items, **form):
    return held(rider.send(*items, **form).ok().body, TRANSFER)


def shown(rider, transfer):
    return held(rider.get(f"/pass_transfer/{transfer['id']}").ok().body, TRANSFER)


def end(rider, transfer, how, **form):
    return rider.post(f"/pass_transfer/{transfer['id']}/{how}", form, Idempotency_Key=fresh_key())


@step
def a_link_gives_what_was_sent_to_whoever_redeems_it_first(world):
    office, ann, bob = world.rider(), world.rider(), world.rider()
    [single], rides = office.bought(), office.bought("book")
    [book] = [it["pass_book_id"] for it in office.wallet().body["pass_books"]]
    transfer = made(office, single, book)
    assert transfer["status"] == "awaiting_transfer"
    assert [it["type"] for it in transfer["items"]] == ["pass", "pass_book"]
    link = transfer["redemption"]["url"]
    told = held(world.phone.get("/redeem", query={"link": link}).ok().body, REDEMPTION)
    assert "Single Ride, Quantity: 1" in told["message"] and "Three Rides, Quantity: 1" in told["message"]
    office.activate(single).refused(428, "pass_transfer_in_progress")
    office.redeem(link).refused(400, "pass_transfer_into_source_account")
    key = fresh_key()
    for _ in range(2):
        assert ann.redeem(link, key).ok().body == {}
    ann.redeem(link).refused(400, "redemption_already_used")
    bob.redeem(link).refused(403, "redemption_used_by_another_account")
    world.phone.get("/redeem", query={"link": link}).refused(403, "redemption_used_by_another_account")
    assert sorted(it["pass_id"] for it in ann.wallet().body["passes"]) == sorted([single, *rides])
    office.activate(single).refused(400, "pass_transferred")
    taken = shown(office, transfer)
    assert taken["status"] == "transferred" and taken["transfer_timestamp"] and "redemption" not in taken
    gone = only(office.wallet().body["pass_books"])
    assert gone["pass_transfer_id"] == transfer["id"] and gone["unactivated_remaining_count"] == 0
    ann.activate(single).ok()


@step
def of_two_who_redeem_at_once_one_gets_it(world):
    office, ann, bob = world.rider(), world.rider(), world.rider()
    link = made(office, office.bought()[0])["redemption"]["url"]
    answers = together(lambda: ann.redeem(link), lambda: bob.redeem(link))
    assert sorted(it.status for it in answers) == [200, 403], [it.text for it in answers]
    held_by = [len(it.wallet().body["passes"]) for it in (ann, bob)]
    assert sorted(held_by) == [0, 1]


@step
def what_was_cancelled_is_its_senders_again(world):
    office = world.rider()
    [single] = office.bought()
    transfer = made(office, single)
    cancelled = held(end(office, transfer, "cancel").ok().body, TRANSFER)
    assert cancelled["status"] == "cancelled" and cancelled["refund_timestamp"]
    world.rider().redeem(transfer["redemption"]["url"]).refused(400, "redemption_invalid")
    office.activate(single).ok()
    office.send(single).refused(400)


@step
def a_transfer_is_refunded_in_parts_or_whole(world):
    office, ann = world.rider(), world.rider()
    one, two = office.bought() + office.bought()
    transfer = made(office, one, two)
    part = held(end(office, transfer, "refund", items=one).ok().body, TRANSFER)
    assert part["status"] == "partially_refunded"
    ann.redeem(transfer["redemption"]["url"]).ok()
    assert [it["pass_id"] for it in ann.wallet().body["passes"]] == [two]
    whole = held(end(office, transfer, "refund").ok().body, TRANSFER)
    assert whole["status"] == "refunded" and all(it["refund_timestamp"] for it in whole["items"])
    ann.activate(two).refused(400, "pass_refunded")
    refunds = world.books()["accounts"]["acct_bus"]["refunds"]
    assert len(refunds) >= 2


@step
def what_nobody_redeems_in_time_is_refunded_by_itself(world):
    office = world.rider()
    [single] = office.bought()
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1)
    transfer = made(office, single, expiration_timestamp=soon.isoformat())

    @world.at_the_end
    def check():
        eventually("the refund", lambda: shown(office, transfer)["status"] == "refunded")
        assert office.status(single) == "refunded"
        world.rider().redeem(transfer["redemption"]["url"]).refused(400, "redemption_invalid")


@step
def transfers_are_their_senders_own(world):
    office, stranger = world.rider(), world.rider()
    transfer = made(office, office.bought()[0])
    listed = office.get("/pass_transfer").ok().body
    assert listed == {"pass_transfers": [transfer]}
    assert stranger.get("/pass_transfer").ok().body == {"pass_transfers": []}
    stranger.get(f"/pass_transfer/{transfer['id']}").refused(404, "resource_not_found")
    end(stranger, transfer, "cancel").refused(404, "resource_not_found")
    stranger.redeem("nothing").refused(400, "redemption_invalid")
