"""Where the script stands: the servers, its app's keys, its identity provider, and riders with their wallets."""

import concurrent.futures
import itertools
import json
import time
import urllib.parse

from api import Api, fresh_key, send
from marketplace import BUS, OTHER, PUBLISHABLE, SECRET, marketplace
from objects import BOOK, PASS, PASSES, STATUSES, held

CARD = "pm_card_visa"

STEPS = []


def step(function):
    """One thing that the server has to do right. Steps depend on nothing that others left behind."""
    STEPS.append(function)
    return function


def together(*calls):
    """The answers to calls that are made at the same time."""
    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return [it.result() for it in [pool.submit(call) for call in calls]]


def eventually(what, is_so):
    """Waits for something that is sure to come; what never comes is an error, and not a script that hangs."""
    deadline = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.02)


class World:
    def __init__(self, server, limited, stripe, admin_key, provider):
        self.server, self.limited, self.stripe = server, limited, stripe
        self.admin_key, self.provider = admin_key, provider
        self.app, self.phone = Api(server, SECRET), Api(server, PUBLISHABLE)
        self.other_app = Api(server, OTHER)
        self.numbers = itertools.count(1)
        self.unfinished = []
        for base, environment in [(server, "test"), (server, "live"), (limited, "test")]:
            self.apply(marketplace(provider.url), base, environment)

    def at_the_end(self, check):
        """What the server does in its own time is looked at when everything else is done."""
        self.unfinished.append(check)

    def admin(self, method, path, body=None, base=None, environment="test"):
        """A call of the admin API."""
        headers = {"Authorization": f"Bearer {self.admin_key}", "Content-Type": "application/json"}
        if method == "POST":
            headers["Idempotency-Key"] = fresh_key()
        data = json.dumps({} if body is None else body).encode() if method == "POST" else None
        return send(method, f"{base or self.server}/admin/v1/{environment}{path}", headers, data)

    def apply(self, document, base=None, environment="test"):
        return self.admin("POST", "/marketplace", document, base, environment).ok().body

    def at_stripe(self, method, path, form=None, key="sk_test_wayfarer"):
        """A call that the app, or with other keys the phone, makes at Stripe by itself."""
        data = urllib.parse.urlencode(form).encode() if form else None
        return send(method, self.stripe + path, {"Authorization": f"Bearer {key}"}, data).ok().body

    def simulate(self, command):
        """What operators do in Stripe's dashboard is done in the simulator by commands."""
        headers = {"Content-Type": "application/json"}
        return send("POST", f"{self.stripe}/_sim/command", headers, json.dumps(command).encode()).ok()

    def set_account(self, account, state, operator):
        """An agency's standing with Stripe changes, and the server is told to look."""
        self.simulate({"command": "set_account_state", "account": account, "state": state})
        self.admin("POST", f"/operators/{operator}/refresh").ok()

    def add_fault(self, rule, when=None):
        """Calls at Stripe that the rule is about go wrong: the next one, unless said otherwise."""
        headers = {"Content-Type": "application/json"}
        rule = rule | {"when": when or {"next": 1}}
        assert send("POST", f"{self.stripe}/_sim/faults", headers, json.dumps(rule).encode()).status == 204

    def clear_faults(self):
        assert send("DELETE", f"{self.stripe}/_sim/faults", {}).status == 204

    def faults_have_struck(self):
        eventually("the fault", lambda: send("GET", f"{self.stripe}/_sim/faults", {}).ok().body == [])

    def books(self):
        """What Stripe has on record."""
        return send("GET", f"{self.stripe}/_sim/books", {}).ok().body

    def rider(self, subject=None, api=None, **claims):
        """Somebody who is logged in: a new person, unless named."""
        subject = subject or f"rider-{next(self.numbers)}"
        return Rider(self, subject, api or self.app, claims)


class Rider:
    def __init__(self, world, subject, api, claims):
        self.world, self.subject = world, subject
        login = api.as_rider(jwt=world.provider.token(subject, **claims)).post("/user/login").ok()
        assert login.session, "a JWT opens a session"
        self.api = api.as_rider(session=login.session)
        self.session = login.session

    def on(self, device):
        """The same person on another device."""
        return Rider(self.world, self.subject, self.api, {"device_id": device})

    def get(self, path, **more):
        return self.api.get(path, **more)

    def post(self, path, form=None, **more):
        return self.api.post(path, form, **more)

    def wallet(self, **query):
        """Every pass and book there is."""
        query = {"ticket_format": "html_base64", "omit_unusable_passes": "false"} | query
        listed = self.get("/pass", query=query).ok()
        return shown(listed)

    def state(self):
        return self.wallet().state

    def buy(self, fare="single", card=CARD, agency=BUS, state=None, key=None, **form):
        form = {"a": agency, "fare_id": fare, "stripe_token": card, "ticket_format": "none"} | form
        return self.order(form, state, key)

    def buy_cart(self, cart, card=CARD, state=None, key=None):
        form = {"cart_token": cart["cart_token"], "stripe_token": card, "ticket_format": "none"}
        return self.order(form, state, key)

    def order(self, form, state=None, key=None):
        form = {name: value for name, value in form.items() if value is not None}
        headers = {"Idempotency_Key": key or fresh_key(), "Token_Transit_Passes_State": state or self.state()}
        bought = self.post("/purchase", form, **headers)
        return shown(bought) if bought.status == 200 else bought

    def bought(self, fare="single", agency=BUS):
        """Buys, and gives the ids of the new passes."""
        before = {it["pass_id"] for it in self.wallet().body["passes"]}
        passes = self.buy(fare, agency=agency).ok().body["passes"]
        return [it["pass_id"] for it in passes if it["pass_id"] not in before]

    def activate(self, pass_id, state=None, key=None, ticket_format="html_base64"):
        form = {"ticket_format": ticket_format, "omit_unusable_passes": "false"}
        headers = {"Idempotency_Key": key or fresh_key(), "Token_Transit_Passes_State": state or self.state()}
        activated = self.post(f"/pass/{pass_id}/activate", form, **headers)
        return activated

    def look(self, pass_id, **query):
        return held(self.get(f"/pass/{pass_id}", query=query).ok().body, PASS)

    def status(self, pass_id):
        passes = {it["pass_id"]: it["status"] for it in self.wallet().body["passes"]}
        return passes.get(pass_id)

    def redeem(self, link, key=None):
        return self.post("/redeem", {"link": link}, Idempotency_Key=key or fresh_key())

    def send(self, *items, **form):
        form = {"items": ",".join(items)} | form
        return self.post("/pass_transfer", form, Idempotency_Key=fresh_key())

    def cart(self, agency=None, token=None, **changes):
        form = {"a": agency, "cart_token": token} | changes
        return self.post("/cart", {name: value for name, value in form.items() if value is not None})


def shown(listed):
    """A list of passes, once it is seen to be as the document says."""
    body = listed.body
    held({name: value for name, value in body.items() if name != "activated_pass_id"}, PASSES)
    for it in body["passes"]:
        assert it["status"] in STATUSES, it
    assert body["pass_books"] is None or all(held(book, BOOK) for book in body["pass_books"])
    assert listed.state
    return listed


def only(items, **wanted):
    """The one item that has these fields."""
    found = [it for it in items if all(it.get(name) == value for name, value in wanted.items())]
    assert len(found) == 1, (wanted, items)
    return found[0]
