// Buys a pass and rides with it, through a client that `openapi-typescript` typed by /openapi.json and `openapi-fetch`
// calls with, and issues vouchers as whoever runs the marketplace.
//
//     node ride.js URL SECRET_KEY ADMIN_KEY

import createClient, { type Middleware } from "openapi-fetch";
import type { components, paths } from "./api";

type Schemas = components["schemas"];

const [url, secretKey, adminKey] = process.argv.slice(2) as [string, string, string];
const version: Schemas["ApiVersion"] = "2020-05-21";
const header = { "Token-Transit-Api-Version": version } as const;
const agency_id = "bigbluebus";

/** Sends these headers along with every call. */
function always(headers: Record<string, string>): Middleware {
  return {
    onRequest({ request }) {
      for (const [name, value] of Object.entries(headers)) {
        request.headers.set(name, value);
      }
      return request;
    },
  };
}

function client(headers: Record<string, string>) {
  const made = createClient<paths>({ baseUrl: url });
  made.use(always(headers));
  return made;
}

/** What was answered; a refusal ends the journey. */
function ok<Data>(answer: { data?: Data; error?: unknown }): Data {
  if (answer.data === undefined) {
    throw new Error(JSON.stringify(answer.error));
  }
  return answer.data;
}

function must(so: boolean, what: unknown): void {
  if (!so) {
    throw new Error(JSON.stringify(what));
  }
}

function state(response: Response): string {
  return response.headers.get("Token-Transit-Passes-State") ?? "";
}

async function logIn() {
  const key = { "Token-Transit-Api-Key": secretKey };
  const query = { sub: "ann", email: "ann@example.com", device_id: "phone" };
  const minted = await client(key).GET("/auth/testing/jwt", { params: { header, query }, parseAs: "text" });
  const bearer = { Authorization: `Bearer ${ok(minted).trim()}` };
  const login = await client({ ...key, ...bearer }).POST("/user/login", { params: { header } });
  ok(login);
  const [session] = login.response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  return client({ ...key, Cookie: session ?? "" });
}

const rider = await logIn();

const { fares } = ok(await rider.GET("/agency/{agency_id}/fare", { params: { header, path: { agency_id } } }));
const single = fares.find((fare) => fare.product_type === "single_pass" && !fare.restricted_purchase);
must(single?.price?.amount === 125, single);
const fare_id = single?.fare_id ?? "";
const cart: Schemas["Cart"] = ok(
  await rider.POST("/cart", { params: { header }, body: { a: agency_id, add_fares: { [fare_id]: 1 } } }),
);
must(cart.total_price.amount === 125, cart);

const listed = await rider.GET("/pass", { params: { header, query: { ticket_format: "none" } } });
must(ok(listed).passes.length === 0, listed.data);
const bought = await rider.POST("/purchase", {
  params: {
    header: {
      ...header,
      "Token-Transit-Passes-State": state(listed.response),
      "Idempotency-Key": crypto.randomUUID(),
    },
  },
  body: { cart_token: cart.cart_token, stripe_token: "pm_card_visa", ticket_format: "none" },
});
const [pass] = ok(bought).passes;
must(pass?.status === "unactivated", pass);
const pass_id = pass?.pass_id ?? "";
const activated = await rider.POST("/pass/{pass_id}/activate", {
  params: { header: { ...header, "Token-Transit-Passes-State": state(bought.response) }, path: { pass_id } },
  body: { ticket_format: "html_raw" },
});
must(ok(activated).activated_pass_id === pass_id, activated.data);
const path = { pass_id };
const shown: Schemas["Pass"] = ok(
  await rider.GET("/pass/{pass_id}", { params: { header, path, query: { ticket_format: "html_raw" } } }),
);
must(shown.status === "active" && (shown.display_html ?? "").includes("<html"), shown);

const unknown = await rider.GET("/pass/{pass_id}", { params: { header, path: { pass_id: "pass_of_nobody" } } });
must(unknown.error?.code === "resource_not_found", unknown.error);

const admin = client({ Authorization: `Bearer ${adminKey}` });
const issued = ok(
  await admin.POST("/admin/v1/{environment}/operators/{operator_id}/vouchers", {
    params: { path: { environment: "test", operator_id: agency_id } },
    body: { name: "Spring", fares: ["reduced_single_ride"], count: 2 },
  }),
);
must(issued.codes.length === 2, issued);
console.log(`rode on ${shown.pass_id}`);
