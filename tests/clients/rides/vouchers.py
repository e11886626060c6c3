"""Restricted fares, and what unlocks them; the published trial links."""

from marketplace import BUS, REDEEM
from objects import REDEMPTION, held
from world import step

# What happens to a trial link for somebody who is logged in, and for somebody who is not.
TRIALS = {
    "already_used": ("redemption_already_used", "redemption_used_by_another_account"),
    "ineligible": ("redemption_ineligible", None),
    "invalid": ("redemption_invalid", "redemption_invalid"),
    "limits_exceeded": ("redemption_limits_exceeded", None),
    "into_source_account": ("pass_transfer_into_source_account", None),
    "success": (None, None),
    "used_by_another_account": ("redemption_used_by_another_account", "redemption_used_by_another_account"),
}


def code_of(answer):
    return (answer.body or {}).get("code") if answer.status != 200 else None


def issue(world, **terms):
    body = {"name": "Spring", "fares": ["reduced"]} | terms
    return world.admin("POST", f"/operators/{BUS}/vouchers", body).ok().body


@step
def trial_links_behave_as_published(world):
    rider = world.rider()
    for name, (known, unknown) in TRIALS.items():
        link = f"test_redemption_{name}"
        for form in [link, f"{REDEEM}?code={link}"]:
            assert code_of(world.phone.get("/redeem", query={"link": form})) == unknown, name
            assert code_of(rider.get("/redeem", query={"link": form})) == known, name
            assert code_of(rider.redeem(form)) == known, name
    held(rider.get("/redeem?link=test_redemption_success").ok().body, REDEMPTION)
    assert rider.wallet().body["passes"] == []


@step
def a_voucher_unlocks_a_restricted_fare(world):
    rider = world.rider()
    rider.buy("reduced").refused(403, "restricted_purchase")
    [issued] = issue(world, unlocked={"days": 30})["codes"]
    link = f"{REDEEM}?code={issued['code']}&utm=mail"
    told = held(world.phone.get("/redeem", query={"link": link}).ok().body, REDEMPTION)
    assert "Reduced Ride" in told["message"] and told["agency"]["agency_id"] == BUS
    assert (told["code"], told["universal_url"]) == (issued["code"], issued["universal_url"])
    html = world.phone.get("/redeem", query={"link": link, "text_mime_type": "text/html"}).ok().body
    assert "<li>Reduced Ride" in html["message"]
    assert rider.redeem(link).ok().body == {}
    shown = rider.get(f"/agency/{BUS}/fare/reduced").ok().body
    assert not shown.get("restricted_purchase")
    assert world.phone.get(f"/agency/{BUS}/fare/reduced").ok().body["restricted_purchase"] is True
    rider.buy("reduced").ok()
    rider.buy("reduced_book").refused(403, "restricted_purchase")
    rider.redeem(link).refused(400, "redemption_already_used")


@step
def a_code_is_good_for_as_many_accounts_and_an_account_for_as_many_codes(world):
    ann, bob = world.rider(), world.rider()
    one, two = [it["code"] for it in issue(world, count=2, codes_per_account=1)["codes"]]
    ann.redeem(one).ok()
    ann.redeem(two).refused(428, "redemption_limits_exceeded")
    bob.redeem(one).refused(403, "redemption_used_by_another_account")
    bob.redeem(two).ok()


@step
def who_lacks_what_is_required_or_has_it_already_is_not_eligible(world):
    rider = world.rider()
    [add_on] = issue(world, fares=["reduced_book"], requires="reduced")["codes"]
    rider.redeem(add_on["code"]).refused(403, "redemption_ineligible")
    one, two = [it["code"] for it in issue(world, count=2)["codes"]]
    rider.redeem(one).ok()
    rider.redeem(two).refused(403, "redemption_ineligible")
    rider.redeem(add_on["code"]).ok()
    rider.buy("reduced_book").ok()


@step
def what_was_withdrawn_is_nothing(world):
    issued = issue(world, count=2)
    world.admin("POST", f"/operators/{BUS}/vouchers/{issued['series_id']}/withdraw").ok()
    for it in issued["codes"]:
        world.rider().redeem(it["code"]).refused(400, "redemption_invalid")


@step
def an_agency_unlocks_a_fare_for_one_rider(world):
    rider = world.rider()
    named = {"app": "wayfarer", "subject": rider.subject, "fare": "reduced"}
    world.admin("POST", f"/operators/{BUS}/entitlements", named).ok()
    rider.buy("reduced").ok()
    world.admin("POST", f"/operators/{BUS}/entitlements/withdraw", named).ok()
    rider.buy("reduced").refused(403, "restricted_purchase")
