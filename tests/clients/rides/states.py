"""The state of the passes: who has not seen the latest ones changes nothing."""

from world import step, together


@step
def a_state_has_to_be_sent_and_be_the_riders_own(world):
    rider, other = world.rider(), world.rider()
    [pass_id] = rider.bought()
    other.bought()
    form = {"a": "bus", "fare_id": "single", "stripe_token": "pm_card_visa", "ticket_format": "none"}
    for bad in [None, "", "invented", other.state(), rider.state()[:-2]]:
        for path, params in [("/purchase", form), (f"/pass/{pass_id}/activate", {"ticket_format": "none"})]:
            refused = rider.post(path, params, Token_Transit_Passes_State=bad)
            refused.refused(412, "passes_state_header_invalid_or_missing")
    assert rider.status(pass_id) == "unactivated"


@step
def an_old_state_changes_nothing(world):
    rider = world.rider()
    old = rider.state()
    [pass_id] = rider.bought()
    rider.buy(state=old).refused(412, "account_state_out_of_sync")
    rider.activate(pass_id, old).refused(412, "account_state_out_of_sync")
    assert len(rider.wallet().body["passes"]) == 1


@step
def every_change_tells_the_new_state(world):
    rider = world.rider()
    bought = rider.buy().ok()
    assert bought.state == rider.state()
    activated = rider.activate(bought.body["passes"][0]["pass_id"], bought.state).ok()
    assert activated.state == rider.state() and rider.buy(state=activated.state).ok()
    # It is safe to send along with any call.
    rider.get("/agency", Token_Transit_Passes_State="invented").ok()


@step
def of_two_devices_that_race_one_wins(world):
    for _ in range(3):
        phone = world.rider()
        tablet = phone.on("tablet")
        state = phone.state()
        answers = together(lambda: phone.buy(state=state), lambda: tablet.buy(state=state))
        won = [it for it in answers if it.status == 200]
        assert len(won) == 1, [it.text for it in answers]
        lost = next(it for it in answers if it.status != 200)
        assert lost.body["code"] in (
            "account_state_out_of_sync",
            "existing_purchase_in_progess",
            "stripe_idempotency_key_in_use",
        )
        [only] = won[0].body["passes"]
        state = phone.state()
        answers = together(
            lambda: phone.activate(only["pass_id"], state), lambda: tablet.activate(only["pass_id"], state)
        )
        assert [it.status for it in answers].count(200) == 1, [it.text for it in answers]
        statuses = {phone.status(only["pass_id"]), tablet.status(only["pass_id"])}
        assert statuses == {"active", "active_on_another_device"}
