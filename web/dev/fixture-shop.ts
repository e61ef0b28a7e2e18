import type { Span } from "@throughline/query/wire";
import type { FixtureTrace, TraceBuilder } from "./fixture-data.ts";

/** The shop's everyday requests. */
export function browse(builder: TraceBuilder, random: () => number): FixtureTrace {
  const total = 18 + random() * 60;
  const root = builder.span(undefined, {
    service: "gateway",
    name: "GET /products/:id",
    kind: "Server",
    startMs: 0,
    durationMs: total,
    attributes: http("GET", "/products/:id", "200"),
  });
  const call = builder.span(root, {
    service: "gateway",
    name: "GET",
    kind: "Client",
    startMs: 2,
    durationMs: total - 5,
  });
  const catalog = builder.span(call, {
    service: "catalog",
    name: "GET /products/:id",
    kind: "Server",
    startMs: 3.4,
    durationMs: total - 8,
    attributes: http("GET", "/products/:id", "200"),
  });
  builder.span(catalog, {
    service: "catalog",
    name: "SELECT products",
    kind: "Client",
    startMs: 5,
    durationMs: (total - 10) * 0.7,
    attributes: {
      "db.system.name": "sqlite",
      "db.query.text": "SELECT * FROM products WHERE id = ?",
    },
  });
  builder.log(catalog, 4.2, {
    level: 3,
    body: "product loaded",
    attributes: { "product.id": "sku-1881" },
  });
  if (random() < 0.3)
    builder.log(catalog, 4.8, {
      level: 2,
      body: "cache miss for sku-1881, reading from the database",
    });
  return builder;
}

/** The shop's longest request: stock, payment with a retry, and the mail that follows from a queue. */
export function checkout(
  builder: TraceBuilder,
  random: () => number,
  fails: boolean,
): FixtureTrace {
  const slow = 1 + random() * 1.6;
  const total = (fails ? 1240 : 320) * slow;
  const root = builder.span(undefined, {
    service: "gateway",
    name: "POST /checkout",
    kind: "Server",
    startMs: 0,
    durationMs: total,
    ...(fails ? { error: "payment failed after 3 attempts" } : {}),
    attributes: {
      ...http("POST", "/checkout", fails ? "502" : "201"),
      "enduser.id": "u-20418",
      "order.id": "o-77120",
    },
  });
  builder.log(root, 1.2, {
    level: 3,
    body: "checkout started for order o-77120",
    attributes: { "order.id": "o-77120", "cart.items": "3" },
  });
  const orders = builder.span(root, {
    service: "orders",
    name: "POST /orders",
    kind: "Server",
    startMs: 6,
    durationMs: total - 14,
    ...(fails ? { error: "upstream payments answered 502" } : {}),
    attributes: http("POST", "/orders", fails ? "502" : "201"),
  });
  stock(builder, orders);
  payment(builder, orders, { fails, fromMs: 74, untilMs: total - 26 });
  if (fails) {
    builder.log(root, total - 6, {
      level: 5,
      body: "checkout failed: payment failed after 3 attempts",
      attributes: { "order.id": "o-77120", "error.type": "PaymentError" },
    });
    return builder;
  }
  builder.log(root, total - 4, {
    level: 3,
    body: "checkout finished",
    attributes: { "order.id": "o-77120" },
  });
  const queued = builder.span(orders, {
    service: "orders",
    name: "publish mails",
    kind: "Producer",
    startMs: total - 22,
    durationMs: 3,
    attributes: { "messaging.system": "sqlite", "messaging.destination.name": "mails" },
  });
  const sent = builder.span(queued, {
    service: "mailer",
    name: "process mails",
    kind: "Consumer",
    startMs: total + 40,
    durationMs: 55,
    attributes: { "messaging.destination.name": "mails" },
  });
  builder.log(sent, total + 80, { level: 3, body: "confirmation sent to customer" });
  return builder;
}

function stock(builder: TraceBuilder, orders: Span): void {
  const reserve = builder.span(orders, {
    service: "inventory",
    name: "POST /reserve",
    kind: "Server",
    startMs: 12,
    durationMs: 54,
    attributes: http("POST", "/reserve", "200"),
  });
  for (let i = 0; i < 5; i++) {
    builder.span(reserve, {
      service: "inventory",
      name: "UPDATE stock",
      kind: "Client",
      startMs: 15 + i * 9,
      durationMs: 7.5,
      attributes: {
        "db.system.name": "sqlite",
        "db.query.text": "UPDATE stock SET reserved = reserved + ? WHERE sku = ?",
      },
    });
  }
  builder.log(reserve, 14, { level: 2, body: "reserving 5 items" });
  builder.log(reserve, 63, { level: 3, body: "reserved 5 items in warehouse eu-2" });
}

function payment(
  builder: TraceBuilder,
  orders: Span,
  shape: { readonly fails: boolean; readonly fromMs: number; readonly untilMs: number },
): void {
  const { fails, fromMs, untilMs } = shape;
  const width = untilMs - fromMs;
  const charge = builder.span(orders, {
    service: "payments",
    name: "POST /charge",
    kind: "Server",
    startMs: fromMs,
    durationMs: width,
    ...(fails ? { error: "card processor unavailable" } : {}),
    attributes: {
      ...http("POST", "/charge", fails ? "502" : "200"),
      "payment.amount": "84.90",
      "payment.currency": "EUR",
    },
  });
  builder.log(charge, fromMs + 2, {
    level: 3,
    body: "charging card **** 4242",
    attributes: { "payment.amount": "84.90" },
  });
  const attempts = fails ? 3 : 1;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const start = fromMs + 8 + ((attempt - 1) * width) / attempts;
    const duration = width / attempts - 20;
    const call = builder.span(charge, {
      service: "payments",
      name: "POST processor.example/v1/charges",
      kind: "Client",
      startMs: start,
      durationMs: duration,
      ...(fails ? { error: "connect ETIMEDOUT" } : {}),
      attributes: {
        "server.address": "processor.example",
        "http.request.resend_count": String(attempt - 1),
      },
    });
    if (!fails) continue;
    builder.exception(
      call,
      start + duration - 2,
      "ConnectTimeoutError",
      "connect ETIMEDOUT 203.0.113.9:443",
    );
    builder.log(call, start + duration - 1, {
      level: attempt === attempts ? 5 : 4,
      body:
        attempt === attempts
          ? "giving up: card processor unavailable"
          : `attempt ${attempt} of 3 timed out, retrying`,
      attributes: { attempt: String(attempt), "error.code": "ETIMEDOUT" },
    });
  }
}

export function mail(builder: TraceBuilder, random: () => number): FixtureTrace {
  const total = 90 + random() * 400;
  const root = builder.span(undefined, {
    service: "mailer",
    name: "process mails",
    kind: "Consumer",
    startMs: 0,
    durationMs: total,
    attributes: { "messaging.destination.name": "mails" },
  });
  const render = builder.span(root, {
    service: "mailer",
    name: "render template",
    startMs: 4,
    durationMs: total * 0.3,
  });
  builder.log(render, 8, { level: 2, body: "template order-confirmation rendered in 3 languages" });
  builder.span(root, {
    service: "mailer",
    name: "SMTP send",
    kind: "Client",
    startMs: total * 0.35,
    durationMs: total * 0.6,
    attributes: { "server.address": "smtp.example" },
  });
  if (random() < 0.25)
    builder.log(root, total * 0.9, {
      level: 4,
      body: "greylisted by receiving server, accepted on second try",
    });
  return builder;
}

export function http(method: string, route: string, status: string): Record<string, string> {
  return {
    "http.request.method": method,
    "http.route": route,
    "http.response.status_code": status,
  };
}
