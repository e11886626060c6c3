// Verifies a delivery, read as JSON from standard input, with Standard Webhooks' own library, whose path is the argument.
const { Webhook } = require(process.argv[2]);
const assert = require("node:assert");

const given = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const webhook = new Webhook(given.secret);

const headers = (changed) => ({
  "webhook-id": given.id,
  "webhook-timestamp": given.timestamp,
  "webhook-signature": given.signature,
  ...changed,
});
const refused = (body, changed) => assert.throws(() => webhook.verify(body, headers(changed)));

assert.equal(webhook.verify(given.body, headers({})).type, "ping");
refused(given.body.replace("ping_", "pong_"), {});
refused(given.body, { "webhook-id": "msg_other" });
const longAgo = Number(given.timestamp) - 600;
refused(given.body, { "webhook-timestamp": String(longAgo) });
// An old message that is signed well is refused for its age.
const signed = webhook.sign(given.id, new Date(longAgo * 1000), given.body);
refused(given.body, { "webhook-timestamp": String(longAgo), "webhook-signature": signed });
console.log("ok");
