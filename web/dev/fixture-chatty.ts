import type { FixtureTrace, TraceBuilder } from "./fixture-data.ts";
import { http } from "./fixture-shop.ts";

/** A request whose spans say the same many times, with the one line that matters in between. */
export function chatty(builder: TraceBuilder): FixtureTrace {
  const root = builder.span(undefined, {
    service: "gateway",
    name: "POST /import",
    kind: "Server",
    startMs: 0,
    durationMs: 940,
    attributes: http("POST", "/import", "200"),
  });
  builder.log(root, 3, { level: 3, body: "import of 60 products asked for" });
  const lookup = builder.span(root, {
    service: "catalog",
    name: "look up products",
    startMs: 20,
    durationMs: 700,
    attributes: { "import.batch": "b-7741", "import.size": "60" },
  });
  for (let i = 0; i < 42; i++)
    builder.log(lookup, 24 + i * 7.1, {
      level: 2,
      body: `cache miss for product:${4100 + i * 3}, loading from the database`,
      attributes: { "product.id": String(4100 + i * 3) },
    });
  builder.log(lookup, 324, { level: 4, body: "pool of 20 connections is exhausted, waiting" });
  for (let i = 0; i < 18; i++)
    builder.log(lookup, 332 + i * 19.3, {
      level: 2,
      body: `cache miss for product:${4300 + i * 3}, loading from the database`,
    });
  const store = builder.span(root, {
    service: "inventory",
    name: "store products",
    startMs: 730,
    durationMs: 190,
    error: "1 of 60 products refused",
  });
  for (let i = 0; i < 12; i++)
    builder.log(store, 734 + i * 6, {
      level: 3,
      body: `stored batch ${i + 1} in ${3 + (i % 4)} ms`,
    });
  builder.log(store, 812, { level: 5, body: "duplicate key: product:4211 is stored already" });
  for (let i = 12; i < 24; i++)
    builder.log(store, 818 + (i - 12) * 7, {
      level: 3,
      body: `stored batch ${i + 1} in ${3 + (i % 4)} ms`,
    });
  return builder;
}
