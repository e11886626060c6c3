"""What the script sells: a marketplace of its own, handed to the server by the admin API before anything else."""

import datetime

SECRET, PUBLISHABLE = "sk_test_wayfarer_000000000s", "pk_test_wayfarer_000000000p"
UNREACHABLE = "sk_test_offline_0000000000f"
SPARE, LIVE = "sk_test_wayfarer_spare_000r", "sk_live_wayfarer_000000000l"
OTHER = "sk_test_tramway_00000000000"

BUS, METRO, FERRY, LOOP, CLOSED, UNLINKED = "bus", "metro", "ferry", "loop", "closed", "unlinked"

PAGE, REDEEM = "https://app.wayfarer.example", "https://wayfarer.example/tickets/redeem"


def fare(fare_id, name, price, **more):
    validity = more.pop("valid_for", {"minutes": 30})
    return {"id": fare_id, "name": name, "description": name, "price": price, "valid_for": validity} | more


def link(app, **fee):
    return {
        "app": app,
        "fee": fee or {"basis_points": 250},
        "agreed_on": "2026-01-05",
        "agreed_by_app": "partnerships",
        "agreed_by_operator": "revenue office",
    }


def operator(operator_id, apps, catalog, **more):
    return {
        "id": operator_id,
        "kind": "transit",
        "name": operator_id.capitalize(),
        "timezone": "America/New_York",
        "stripe_account": f"acct_{operator_id}",
        "links": [link(app) for app in apps],
        "catalog": catalog,
    } | more


def spanish(default, translation):
    return {"default": default, "translations": {"es": translation}}


def apps(jwks_url):
    return [
        {
            "id": "wayfarer",
            "name": "Wayfarer",
            "jwks_url": jwks_url,
            "allowed_origins": [PAGE],
            "redemption_link": REDEEM,
            "keys": [SECRET, PUBLISHABLE, SPARE, LIVE],
            "stripe": {"account": "acct_wayfarer", "publishable_key": "pk_test_wayfarer"},
        },
        # Nobody listens where its key set should be.
        {
            "id": "offline",
            "name": "Offline",
            "jwks_url": "http://127.0.0.1:9/jwks.json",
            "keys": [UNREACHABLE],
            "stripe": {"account": "acct_offline", "publishable_key": "pk_test_offline"},
        },
        # Without a key set of its own: in `test` it may use the server's.
        {
            "id": "tramway",
            "name": "Tramway",
            "keys": [OTHER],
            "stripe": {"account": "acct_tramway", "publishable_key": "pk_test_tramway"},
        },
    ]


def bus():
    by_rider = [
        {
            "type": "rider",
            "label": spanish("Rider", "Pasajero"),
            "values": [{"id": "regular", "name": "Regular"}, {"id": "reduced", "name": "Reduced"}],
        }
    ]
    restricted = {
        "restricted_label": "Restricted",
        "restricted_text": spanish("Ask the bus.", "Pregunte al autobús."),
        "options": {"rider": "reduced"},
    }
    regular = {"options": {"rider": "regular"}}
    fares = [
        fare("single", spanish("Single Ride", "Viaje sencillo"), 125, **regular),
        fare("book", spanish("Three Rides", "Tres viajes"), 350, passes_count=3, **regular),
        fare("three_days", "Three Days", 1000, valid_for={"service_days": 3}, **regular),
        fare("reduced", "Reduced Ride", 50, **restricted),
        fare("reduced_book", "Reduced Rides", 140, passes_count=3, **restricted),
    ]
    return operator(
        BUS,
        ["wayfarer", "tramway"],
        {"currency": "USD", "options": by_rider, "fares": fares},
        name=spanish("Bus", "Autobús"),
        language="en",
        country="US",
        logo_url="https://bus.example/logo.png",
        location={"latitude": 34.028189, "longitude": -118.489176},
        refunds={"unused_for_minutes": 1440},
        ticket={"background": "#123456", "foreground": "#ffffff"},
    )


def metro():
    zones = {
        "type": "zone",
        "label": "Zone",
        "values": [
            {"id": "inner", "name": "Inner"},
            {"id": "outer", "name": "Outer", "alert_text": "Not valid downtown.", "alert_label": "Outer only"},
        ],
    }
    fares = [
        fare("single", "Single", 203, options={"zone": "inner"}),
        fare("outer", "Outer", 149, discounted_price=131, options={"zone": "outer"}, alert_text="No transfers."),
        fare("event", "Event", 500, limit_per_order=3),
        fare("personal", "Personal", 350, login_required=True),
        fare("some_day", "Some day", 250, usable=[{"from": "2099-05-01T00:00:00-04:00"}]),
        fare("shuttle", "Shuttle", 0),
    ]
    detour = {"id": "detour", "header": "Detour", "description": "Line 7.", "from": "2020-01-01T00:00:00-05:00"}
    return operator(
        METRO,
        ["wayfarer"],
        {"currency": "USD", "passes_per_order": 12, "options": [zones], "fares": fares},
        service_alerts=[detour],
    )


def ferry(price=300, crossing=True, **more):
    fares = [fare("crossing", "Crossing", price)] if crossing else []
    fares.append(fare("deck_chair", "Deck chair", 200))
    return operator(FERRY, ["wayfarer"], {"currency": "USD", "fares": fares}, **more)


def loop():
    """Rides count towards a cap of three dollars a day, and no day ends within hours."""
    half_a_day_away = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=12)
    fares = [
        fare("single", "Single", 125, cap_group="local"),
        fare("book", "Book", 350, passes_count=3, cap_group="local"),
        fare("rest_of_day", "Rest of the day", 300, valid_for={"service_days": 1}, for_sale=False),
    ]
    cap = {"group": "local", "period": "service_day", "limit": 300, "replacement": "rest_of_day"}
    return operator(
        LOOP,
        ["wayfarer"],
        {"currency": "USD", "fares": fares, "caps": [cap]},
        timezone="Etc/UTC",
        service_day_ends=half_a_day_away.strftime("%H:%M"),
    )


def plain(operator_id, links):
    return operator(operator_id, links, {"currency": "USD", "fares": [fare("single", "Single", 125)]})


def marketplace(jwks_url):
    operators = [bus(), metro(), ferry(), loop(), plain(CLOSED, ["wayfarer"]), plain(UNLINKED, ["tramway"])]
    return {"apps": apps(jwks_url), "operators": operators}
