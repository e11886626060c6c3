"""The money path through Stripe's own Python library, unmodified, against the base URL given as the only argument."""

import http.server
import json
import sys
import threading
import time
import urllib.request

import stripe

BASE = sys.argv[1]
KEY = "sk_test_python_client"
ACCOUNT = "acct_pythonoperator"

stripe.api_key = KEY
stripe.api_base = BASE
stripe.connect_api_base = BASE
stripe.max_network_retries = 0


def command(body):
    request = urllib.request.Request(
        BASE + "/_sim/command", data=json.dumps(body).encode(), headers={"content-type": "application/json"}
    )
    with urllib.request.urlopen(request) as response:
        return json.load(response)


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps what it is sent; answers 200."""

    received = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        Receiver.received.append((body, self.headers["stripe-signature"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def listen():
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{receiver.server_port}/hook"
    return stripe.WebhookEndpoint.create(url=url, enabled_events=["*"], connect=True)


def refused(kind, call, **expected):
    try:
        call()
    except kind as error:
        for name, value in expected.items():
            # Not every exception class repeats every member of the error object.
            found = getattr(error, name, None) or getattr(error.error, name, None)
            assert found == value, (name, found, value)
        return error
    raise AssertionError(f"expected {kind.__name__}")


def save_card():
    customer = stripe.Customer.create(source="tok_visa", email="rider@example.com", metadata={"user": "u_1"})
    assert customer.id.startswith("cus_") and customer.default_source.startswith("card_")
    method = stripe.PaymentMethod.attach("pm_card_mastercard", customer=customer.id)
    assert method.customer == customer.id and method.card.brand == "mastercard"
    assert [it.id for it in stripe.Customer.list_payment_methods(customer.id)] == [method.id]
    expanded = stripe.Customer.retrieve(customer.id, expand=["sources", "default_source"])
    assert expanded.sources.data[0].id == customer.default_source
    assert expanded.default_source.brand == "Visa"
    return customer, method


def pay(customer, method):
    clone = stripe.PaymentMethod.create(customer=customer.id, payment_method=method.id, stripe_account=ACCOUNT)
    assert clone.id != method.id
    order = dict(
        amount=1000, currency="usd", payment_method=clone.id, confirm=True, off_session=True,
        application_fee_amount=100, metadata={"purchase": "p_1"}, expand=["latest_charge.balance_transaction"],
        stripe_account=ACCOUNT, idempotency_key="p_1/charge/1",
    )
    intent = stripe.PaymentIntent.create(**order)
    assert intent.status == "succeeded" and intent.amount_received == 1000
    transaction = intent.latest_charge.balance_transaction
    assert (transaction.amount, transaction.fee, transaction.net) == (1000, 159, 841)
    again = stripe.PaymentIntent.create(**order)
    assert again.id == intent.id
    assert again.last_response.headers["idempotent-replayed"] == "true"
    order["amount"] = 1001
    refused(stripe.IdempotencyError, lambda: stripe.PaymentIntent.create(**order), http_status=400)
    return intent


def refuse_what_stripe_refuses(method):
    refused(
        stripe.InvalidRequestError,
        lambda: stripe.PaymentIntent.create(
            amount=500, currency="usd", payment_method=method.id, confirm=True, stripe_account=ACCOUNT
        ),
        code="resource_missing",
    )
    refused(stripe.InvalidRequestError, lambda: stripe.Customer.create(colour="red"), code="parameter_unknown")
    refused(stripe.PermissionError, lambda: stripe.Customer.list(stripe_account="acct_stranger"), code="account_invalid")
    refused(stripe.AuthenticationError, lambda: stripe.Customer.list(api_key="sk_live_x"), http_status=401)


def decline(customer):
    failing = stripe.PaymentMethod.attach("pm_card_chargeCustomerFail", customer=customer.id)
    clone = stripe.PaymentMethod.create(customer=customer.id, payment_method=failing.id, stripe_account=ACCOUNT)
    error = refused(
        stripe.CardError,
        lambda: stripe.PaymentIntent.create(
            amount=700, currency="usd", payment_method=clone.id, confirm=True, off_session=True, stripe_account=ACCOUNT
        ),
        code="card_declined",
    )
    assert error.error.decline_code == "generic_decline"
    assert error.error.payment_intent.status == "requires_payment_method"
    challenged = stripe.PaymentMethod.attach("pm_card_authenticationRequired", customer=customer.id)
    clone = stripe.PaymentMethod.create(customer=customer.id, payment_method=challenged.id, stripe_account=ACCOUNT)
    intent = stripe.PaymentIntent.create(
        amount=700, currency="usd", payment_method=clone.id, confirm=True, stripe_account=ACCOUNT
    )
    assert intent.status == "requires_action" and intent.next_action.type == "use_stripe_sdk"
    assert stripe.PaymentIntent.cancel(intent.id, stripe_account=ACCOUNT).status == "canceled"


def token_route(customer):
    token = stripe.Token.create(customer=customer.id, stripe_account=ACCOUNT)
    charge = stripe.Charge.create(
        amount=2000, currency="usd", source=token.id, application_fee_amount=50, stripe_account=ACCOUNT
    )
    assert charge.paid and charge.application_fee.startswith("fee_")
    refused(
        stripe.InvalidRequestError,
        lambda: stripe.Charge.create(amount=2000, currency="usd", source=token.id, stripe_account=ACCOUNT),
        code="token_already_used",
    )
    return charge


def refund(intent, charge):
    part = stripe.Refund.create(
        payment_intent=intent.id, amount=400, refund_application_fee=True, stripe_account=ACCOUNT
    )
    assert part.status == "succeeded"
    fee = stripe.ApplicationFee.retrieve(intent.latest_charge.application_fee)
    assert fee.amount_refunded == 40
    refused(
        stripe.InvalidRequestError,
        lambda: stripe.Refund.create(payment_intent=intent.id, amount=601, stripe_account=ACCOUNT),
        param="amount",
    )
    stripe.Refund.create(charge=charge.id, stripe_account=ACCOUNT)
    refused(
        stripe.InvalidRequestError,
        lambda: stripe.Refund.create(charge=charge.id, stripe_account=ACCOUNT),
        code="charge_already_refunded",
    )
    assert stripe.Charge.retrieve(charge.id, stripe_account=ACCOUNT).refunded


def read_back(intent):
    found = stripe.PaymentIntent.search(query="metadata['purchase']:'p_1'", stripe_account=ACCOUNT)
    assert [it.id for it in found.auto_paging_iter()] == [intent.id]
    for number in range(7):
        stripe.Customer.create(name=f"customer {number}")
    customers = list(stripe.Customer.list(limit=3).auto_paging_iter())
    assert len(customers) == 8 and len({it.id for it in customers}) == 8
    events = stripe.Event.list(type="payment_intent.succeeded", stripe_account=ACCOUNT)
    assert events.data[0].data.object.id == intent.id
    assert stripe.Balance.retrieve(stripe_account=ACCOUNT).pending[0].currency == "usd"
    assert stripe.Account.retrieve(ACCOUNT).charges_enabled


def onboard():
    account = stripe.Account.create(type="express", country="US", capabilities={"card_payments": {"requested": True}})
    assert not account.charges_enabled and account.requirements.currently_due
    link = stripe.AccountLink.create(
        account=account.id, refresh_url="https://a.example/r", return_url="https://a.example/b", type="account_onboarding"
    )
    assert link.url.startswith("https://connect.stripe.com/")
    command({"command": "complete_onboarding", "account": account.id})
    assert stripe.Account.retrieve(account.id).charges_enabled
    connected = stripe.OAuth.token(grant_type="authorization_code", code="ac_acct_oauthpython")
    assert connected.stripe_user_id == "acct_oauthpython"
    stripe.OAuth.deauthorize(client_id="ca_1", stripe_user_id="acct_oauthpython")
    refused(stripe.PermissionError, lambda: stripe.Balance.retrieve(stripe_account="acct_oauthpython"))


def ephemeral_keys(customer):
    key = stripe.EphemeralKey.create(customer=customer, stripe_version="2019-12-03")
    assert key.object == "ephemeral_key" and key.secret.startswith("ek_test_")
    assert key.associated_objects[0]["id"] == customer
    gone = stripe.EphemeralKey.delete(key.id)
    assert gone.id == key.id


def webhooks_verify(endpoint):
    deadline = time.time() + 20
    wanted = {"payment_intent.succeeded", "charge.refunded", "payment_intent.payment_failed"}
    while time.time() < deadline:
        kinds = set()
        for body, signature in list(Receiver.received):
            event = stripe.Webhook.construct_event(body, signature, endpoint.secret)
            assert event.account
            kinds.add(event.type)
        if wanted <= kinds:
            break
        time.sleep(0.05)
    assert wanted <= kinds, kinds
    body, signature = Receiver.received[0]
    refused(
        stripe.SignatureVerificationError,
        lambda: stripe.Webhook.construct_event(body + b" ", signature, endpoint.secret),
    )


def main():
    command({"command": "create_account", "id": ACCOUNT, "platform": KEY})
    endpoint = listen()
    customer, method = save_card()
    intent = pay(customer, method)
    refuse_what_stripe_refuses(method)
    decline(customer)
    ephemeral_keys(customer.id)
    charge = token_route(customer)
    refund(intent, charge)
    read_back(intent)
    onboard()
    webhooks_verify(endpoint)
    print("ok")


main()
