"""Names and messages in the language that the rider reads."""

from world import step


def name(world, wanted):
    return world.phone.get("/agency/bus/fare/single", Accept_Language=wanted).ok().body["fare_name"]


@step
def the_most_wanted_language_that_there_is_is_spoken(world):
    spanish, english = "Viaje sencillo", "Single Ride"
    for wanted, spoken in [
        (None, english),
        ("es", spanish),
        ("es-MX", spanish),
        ("es-MX, en;q=0.5", spanish),
        ("en;q=0.5, es", spanish),
        ("en, es;q=0.9", english),
        ("de;q=0.9, es;q=0.1, en;q=0.2", english),
        ("de, es;q=0.1", spanish),
        ("en;q=0, *", spanish),
        ("es;q=0, *;q=0.5", english),
        ("de", english),
        ("es;q=1.001, en", english),
    ]:
        assert name(world, wanted) == spoken, wanted


@step
def everything_that_is_shown_is_translated(world):
    spanish = {"Accept_Language": "es"}
    assert world.phone.get("/agency/bus", **spanish).ok().body["agency_name"] == "Autobús"
    fares = world.phone.get("/agency/bus/fare", **spanish).ok()
    assert fares.body["fare_options"][0]["label"] == "Pasajero"
    assert fares.headers["content-language"] == "es" and "accept-language" in fares.headers["vary"].lower()
    rider = world.rider()
    bought = rider.bought()[0]
    one = rider.get(f"/pass/{bought}", **spanish).ok().body
    assert one["details"]["name"] == "Viaje sencillo" and one["details"]["agency_name"] == "Autobús"
    english = rider.get("/pass/nothing").refused(404, "resource_not_found").body["message"]
    assert rider.get("/pass/nothing", **spanish).refused(404, "resource_not_found").body["message"] != english
