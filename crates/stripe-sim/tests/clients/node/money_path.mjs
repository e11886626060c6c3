// The money path through Stripe's own Node library, unmodified, against the base URL given as the only argument.
import assert from "node:assert/strict";
import http from "node:http";
import { createRequire } from "node:module";

// The library is looked up from the directory in STRIPE_NODE_HOME, as NODE_PATH does not apply to modules.
const require = createRequire((process.env.STRIPE_NODE_HOME ?? process.cwd()) + "/");
const Stripe = require("stripe");

const base = new URL(process.argv[2]);
const KEY = "sk_test_node_client";
const ACCOUNT = "acct_nodeoperator";
const stripe = new Stripe(KEY, {
  host: base.hostname,
  port: base.port,
  protocol: "http",
  maxNetworkRetries: 0,
});
const connected = { stripeAccount: ACCOUNT };

async function command(body) {
  const response = await fetch(new URL("/_sim/command", base), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

const received = [];

async function listen() {
  const server = http.createServer((request, response) => {
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => {
      received.push([Buffer.concat(parts).toString(), request.headers["stripe-signature"]]);
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  const url = `http://127.0.0.1:${server.address().port}/hook`;
  return stripe.webhookEndpoints.create({ url, enabled_events: ["*"], connect: true });
}

async function saveCard() {
  const customer = await stripe.customers.create({ source: "tok_visa", email: "rider@example.com" });
  const method = await stripe.paymentMethods.attach("pm_card_visa", { customer: customer.id });
  assert.equal(method.customer, customer.id);
  return { customer, method };
}

async function pay({ customer, method }) {
  const clone = await stripe.paymentMethods.create({ customer: customer.id, payment_method: method.id }, connected);
  const order = {
    amount: 1000,
    currency: "usd",
    payment_method: clone.id,
    confirm: true,
    off_session: true,
    application_fee_amount: 100,
    metadata: { purchase: "p_1" },
    expand: ["latest_charge"],
  };
  const options = { ...connected, idempotencyKey: "p_1/charge/1" };
  const intent = await stripe.paymentIntents.create(order, options);
  assert.equal(intent.status, "succeeded");
  assert.equal(intent.latest_charge.amount_captured, 1000);
  const again = await stripe.paymentIntents.create(order, options);
  assert.equal(again.id, intent.id);
  assert.equal(again.lastResponse.headers["idempotent-replayed"], "true");
  await assert.rejects(stripe.paymentIntents.create({ ...order, amount: 1001 }, options), {
    type: "StripeIdempotencyError",
  });
  return intent;
}

async function refuseWhatStripeRefuses({ customer, method }) {
  await assert.rejects(
    stripe.paymentIntents.create({ amount: 500, currency: "usd", payment_method: method.id, confirm: true }, connected),
    { type: "StripeInvalidRequestError", code: "resource_missing", param: "payment_method" },
  );
  await assert.rejects(stripe.customers.create({ colour: "red" }), { code: "parameter_unknown", param: "colour" });
  await assert.rejects(stripe.customers.list({}, { stripeAccount: "acct_stranger" }), { type: "StripePermissionError" });
  await assert.rejects(stripe.paymentMethods.attach("pm_card_visa_chargeDeclined", { customer: customer.id }), {
    type: "StripeCardError",
    code: "card_declined",
    decline_code: "generic_decline",
  });
}

async function decline({ customer }) {
  const failing = await stripe.paymentMethods.attach("pm_card_chargeCustomerFail", { customer: customer.id });
  const clone = await stripe.paymentMethods.create({ customer: customer.id, payment_method: failing.id }, connected);
  const order = { amount: 700, currency: "usd", payment_method: clone.id, confirm: true, off_session: true };
  await assert.rejects(stripe.paymentIntents.create(order, connected), (error) => {
    assert.equal(error.type, "StripeCardError");
    assert.equal(error.payment_intent.status, "requires_payment_method");
    assert.equal(error.payment_intent.last_payment_error.code, "card_declined");
    return true;
  });
}

async function refund(intent) {
  await stripe.refunds.create({ payment_intent: intent.id, refund_application_fee: true }, connected);
  const fee = await stripe.applicationFees.retrieve(intent.latest_charge.application_fee);
  assert.equal(fee.refunded, true);
  await assert.rejects(stripe.refunds.create({ payment_intent: intent.id }, connected), {
    code: "charge_already_refunded",
  });
}

async function ephemeralKeys({ customer }) {
  const key = await stripe.ephemeralKeys.create({ customer: customer.id }, { apiVersion: "2019-12-03" });
  assert.equal(key.associated_objects[0].id, customer.id);
  assert.ok(key.secret.startsWith("ek_test_"));
  assert.equal((await stripe.ephemeralKeys.del(key.id)).id, key.id);
}

async function readBack(intent) {
  for (let number = 0; number < 7; number += 1) await stripe.customers.create({ name: `customer ${number}` });
  const ids = new Set();
  for await (const customer of stripe.customers.list({ limit: 3 })) ids.add(customer.id);
  assert.equal(ids.size, 8);
  const found = await stripe.paymentIntents.search({ query: "metadata['purchase']:'p_1'" }, connected);
  assert.equal(found.data[0].id, intent.id);
  const events = await stripe.events.list({ type: "charge.refunded" }, connected);
  assert.equal(events.data[0].data.object.id, intent.latest_charge.id);
}

async function webhooksVerify(endpoint) {
  const wanted = ["payment_intent.succeeded", "charge.refunded", "payment_intent.payment_failed"];
  const kinds = new Set();
  for (let patience = 400; patience > 0 && !wanted.every((kind) => kinds.has(kind)); patience -= 1) {
    for (const [body, signature] of received) {
      kinds.add(stripe.webhooks.constructEvent(body, signature, endpoint.secret).type);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(wanted.every((kind) => kinds.has(kind)), [...kinds].join());
  const [body, signature] = received[0];
  assert.throws(() => stripe.webhooks.constructEvent(body + " ", signature, endpoint.secret));
}

await command({ command: "create_account", id: ACCOUNT, platform: KEY });
const endpoint = await listen();
const card = await saveCard();
const intent = await pay(card);
await refuseWhatStripeRefuses(card);
await decline(card);
await ephemeralKeys(card);
await refund(intent);
await readBack(intent);
await webhooksVerify(endpoint);
console.log("ok");
process.exit(0);
