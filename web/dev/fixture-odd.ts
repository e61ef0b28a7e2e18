import type { Span } from "@throughline/query/wire";
import type { FixtureTrace, TraceBuilder } from "./fixture-data.ts";
import { http } from "./fixture-shop.ts";

/** Traces that pages must survive: incomplete, deep, wide and hostile ones. */
export function orphans(builder: TraceBuilder): FixtureTrace {
  const missing = { spanId: "feedfacefeedface" };
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

export function wide(builder: TraceBuilder, spans: number): FixtureTrace {
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

export function deep(builder: TraceBuilder, levels: number): FixtureTrace {
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

/** A client and its server whose clocks disagree, a long silence, and a request that did not fail though a part did. */
export function silent(builder: TraceBuilder): FixtureTrace {
  const root = builder.span(undefined, {
    service: "gateway",
    name: "GET /reports/:id",
    kind: "Server",
    startMs: 0,
    durationMs: 640,
    attributes: http("GET", "/reports/:id", "200"),
  });
  const call = builder.span(root, {
    service: "gateway",
    name: "GET",
    kind: "Client",
    startMs: 20,
    durationMs: 180,
  });
  const server = builder.span(call, {
    service: "inventory",
    name: "GET /reports/:id",
    kind: "Server",
    startMs: -40,
    durationMs: 150,
    attributes: http("GET", "/reports/:id", "200"),
  });
  const query = builder.span(server, {
    service: "inventory",
    name: "SELECT reports",
    kind: "Client",
    startMs: -30,
    durationMs: 120,
    error: "statement timeout",
  });
  builder.log(query, 80, { level: 4, body: "statement timed out, answering from the cache" });
  builder.span(root, {
    service: "gateway",
    name: "render report",
    startMs: 560,
    durationMs: 70,
  });
  builder.log(root, 2, { level: 3, body: "report r-7781 requested" });
  return builder;
}

export function logsOnly(builder: TraceBuilder): FixtureTrace {
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

export function hostile(builder: TraceBuilder): FixtureTrace {
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
