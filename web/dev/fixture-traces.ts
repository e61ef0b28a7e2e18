import type { Span } from "@throughline/query/wire";
import { createRandom, TraceBuilder, type FixtureTrace } from "./fixture-data.ts";

/** Ids of the traces that pages, screenshots and tests ask for by name. */
export const NAMED = {
  checkout: "c0ffee00c0ffee00c0ffee00c0ffee00",
  hostile: "bad0bad0bad0bad0bad0bad0bad0bad0",
  deep: "deeb0000deeb0000deeb0000deeb0000",
  wide: "31de000031de000031de000031de0000",
  orphans: "0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f",
  logsOnly: "10900000109000001090000010900000",
  huge: "50000000500000005000000050000000",
} as const;

type Random = () => number;

/** @returns traces of the last three hours, oldest first, the named ones among them */
export function generateTraces(nowMs: number, count = 420): readonly FixtureTrace[] {
  const random = createRandom(20261120);
  const traces: FixtureTrace[] = [];
  for (let i = 0; i < count; i++) {
    const ageMs = (1 - i / count) ** 2 * 3 * 3_600_000 + random() * 20_000;
    traces.push(oneOf(hex(random), nowMs - 30_000 - ageMs, random));
  }
  const named = (id: string, ageMs: number) => new TraceBuilder(id, nowMs - ageMs, createRandom(7));
  traces.push(
    logsOnly(named(NAMED.logsOnly, 26_000)),
    wide(named(NAMED.wide, 22_000), 900),
    deep(named(NAMED.deep, 18_000), 300),
    orphans(named(NAMED.orphans, 14_000)),
    hostile(named(NAMED.hostile, 10_000)),
    checkout(named(NAMED.checkout, 6_000), createRandom(3), true),
  );
  return traces;
}

/** Built only when asked for: 50 000 spans. */
export function hugeTrace(nowMs: number): FixtureTrace {
  return wide(new TraceBuilder(NAMED.huge, nowMs - 60_000, createRandom(9)), 50_000);
}

function hex(random: Random): string {
  return Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
}

function oneOf(traceId: string, startMs: number, random: Random): FixtureTrace {
  const builder = new TraceBuilder(traceId, startMs, random);
  const dice = random();
  if (dice < 0.4) return browse(builder, random);
  if (dice < 0.75) return checkout(builder, random, random() < 0.18);
  if (dice < 0.8) return orphans(builder);
  return mail(builder, random);
}

function browse(builder: TraceBuilder, random: Random): FixtureTrace {
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
function checkout(builder: TraceBuilder, random: Random, fails: boolean): FixtureTrace {
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

function mail(builder: TraceBuilder, random: Random): FixtureTrace {
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

function orphans(builder: TraceBuilder): FixtureTrace {
  const missing = { spanId: "feedfacefeedface" } as Span;
  const server = builder.span(missing, {
    service: "gateway",
    name: "GET /orders",
    kind: "Server",
    startMs: 0,
    durationMs: 46,
    attributes: http("GET", "/orders", "200"),
  });
  builder.span(server, {
    service: "orders",
    name: "SELECT orders",
    kind: "Client",
    startMs: 8,
    durationMs: 30,
  });
  builder.span(missing, {
    service: "gateway",
    name: "GET /recommendations",
    kind: "Server",
    startMs: 3,
    durationMs: 70,
    attributes: http("GET", "/recommendations", "200"),
  });
  builder.log(server, 12, { level: 3, body: "listing orders of u-20418" });
  builder.log(undefined, 20, {
    level: 4,
    service: "recommendations",
    spanId: "0123456789abcdef",
    body: "model file is older than 7 days",
  });
  return builder;
}

function wide(builder: TraceBuilder, spans: number): FixtureTrace {
  const root = builder.span(undefined, {
    service: "catalog",
    name: "GET /catalog/export",
    kind: "Server",
    startMs: 0,
    durationMs: spans * 1.1 + 20,
    attributes: http("GET", "/catalog/export", "200"),
  });
  const services = ["inventory", "catalog", "orders"];
  let page = root;
  for (let i = 0; i < spans - 1; i++) {
    const startMs = 5 + i * 1.1;
    if (i % 50 === 0) {
      page = builder.span(root, {
        service: services[(i / 50) % 3] ?? "catalog",
        name: `export page ${i / 50 + 1}`,
        startMs,
        durationMs: 54,
      });
      builder.log(page, startMs + 1, { level: 3, body: `page ${i / 50 + 1}: 50 products` });
    } else {
      const failed = i % 377 === 5;
      const span = builder.span(page, {
        service: "inventory",
        name: "SELECT stock",
        kind: "Client",
        startMs,
        durationMs: 0.9,
        ...(failed ? { error: "database is locked" } : {}),
      });
      if (failed)
        builder.log(span, startMs + 0.8, { level: 5, body: "SQLITE_BUSY: database is locked" });
    }
  }
  return builder;
}

function deep(builder: TraceBuilder, levels: number): FixtureTrace {
  let parent: Span | undefined;
  for (let i = 0; i < levels; i++) {
    parent = builder.span(parent, {
      service: ["catalog", "inventory", "orders"][i % 3] ?? "catalog",
      name: i === 0 ? "resolve categories" : `resolve child ${i}`,
      startMs: i * 0.8,
      durationMs: levels * 1.7 - i * 1.6,
    });
    if (i % 40 === 39)
      builder.log(parent, i * 0.8 + 0.1, {
        level: 4,
        body: `category tree is ${i + 1} levels deep`,
      });
  }
  return builder;
}

function logsOnly(builder: TraceBuilder): FixtureTrace {
  builder.log(undefined, 0, {
    level: 3,
    service: "mailer",
    spanId: "aaaaaaaaaaaaaaaa",
    body: "job picked up (its span was not sampled)",
  });
  builder.log(undefined, 840, {
    level: 5,
    service: "mailer",
    spanId: "aaaaaaaaaaaaaaaa",
    body: "mailbox is full",
  });
  return builder;
}

function hostile(builder: TraceBuilder): FixtureTrace {
  const script = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'">`;
  const root = builder.span(undefined, {
    service: `gateway"><b>bold</b>`,
    name: `GET ${script}`,
    kind: "Server",
    startMs: 0,
    durationMs: 80,
    error: "\u001b[31mred\u001b[0m \u202egnp.exe",
    attributes: {
      ...http("GET", script, "500"),
      "big.value": "0123456789 ".repeat(90_000),
      [`<i>${"key".repeat(60)}</i>`]: "javascript:alert(1)",
    },
  });
  const child = builder.span(root, {
    service: "payments",
    name: "naïve 日本語 עברית 👩‍👩‍👧 " + "long-name-".repeat(40),
    startMs: 10,
    durationMs: 50,
  });
  builder.log(root, 5, { level: 5, body: script });
  builder.log(root, 6, {
    level: 4,
    body: "\u001b[1;33mWARN\u001b[0m terminal colours \u0007 bell \u0000 zero",
  });
  builder.log(child, 20, { level: 3, body: "user \u202eadmin\u202c logged in\u200b\ufeff" });
  builder.log(child, 30, {
    level: 6,
    body: "first line\n  second line\r\n\tthird line\n".repeat(40),
  });
  builder.log(child, 40, { level: 3, body: `{"json":true,"nested":{"html":"<b>not bold</b>"}}` });
  for (let i = 0; i < 24; i++)
    builder.log(child, 41 + i / 10, { level: i === 17 ? 5 : 2, body: `chatty line ${i + 1}` });
  return builder;
}

function http(method: string, route: string, status: string): Record<string, string> {
  return {
    "http.request.method": method,
    "http.route": route,
    "http.response.status_code": status,
  };
}
