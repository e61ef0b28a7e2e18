/** Goal: rows show what folding says, selections survive the URL, and errors and matches are found wherever they hide. */
import { describe, expect, test } from "vitest";
import type { Folding } from "../lib/url-state.ts";
import { log, span, trace } from "./testing.ts";
import { indexTrace } from "./trace-index.ts";
import { toModel } from "./trace-model.ts";
import {
  buildRows,
  errorPlaces,
  findPlaces,
  findSelection,
  ITEMS_SHOWN_MAX,
  MORE_ITEMS,
  nextError,
  nextPlace,
  NODE_ITSELF,
  placeAt,
  reveal,
  rowOf,
  SIMILAR_GROUP,
  toSelection,
  type RowOptions,
} from "./trace-rows.ts";

const OPEN: Folding = { mode: "start", except: [] };

function shop() {
  const root = span("root", "", 0, 100);
  const pay = span("pay", "root", 10, 50);
  const charge = span("charge", "pay", 20, 30);
  const mail = span("mail", "root", 70, 20);
  root.logs.push(log("started", 1), log("finished", 99));
  pay.status = { code: "Error", message: "declined" };
  charge.status = { code: "Error", message: "card declined" };
  charge.attributes["card.brand"] = "Visa";
  charge.logs.push(log("card declined", 40, 17));
  return toModel(indexTrace(trace([root, pay, charge, mail], [log("lost", 5)])));
}

function rowsOf(index: ReturnType<typeof shop>, options: Partial<RowOptions> = {}) {
  return buildRows(index, { folding: OPEN, showItems: true, unfolded: new Set(), ...options });
}

function words(index: ReturnType<typeof shop>, options: Partial<RowOptions> = {}) {
  const rows = rowsOf(index, options);
  return Array.from({ length: rows.length }, (_, row) => {
    const { node, item } = placeAt(rows, row)!;
    const { key, items } = index.nodes[node]!;
    if (item === NODE_ITSELF) return key;
    const entry = items[item];
    return `- ${item === MORE_ITEMS ? "more" : entry?.kind === "log" ? entry.log.body : ""}`;
  });
}

describe("rows", () => {
  test("show each span's logs right under it", () => {
    expect(words(shop())).toEqual([
      "root",
      "- started",
      "- finished",
      "pay",
      "charge",
      "- card declined",
      "mail",
      "unattached",
      "- lost",
    ]);
  });

  test("leave the logs out when they are switched off", () => {
    expect(words(shop(), { showItems: false })).toEqual([
      "root",
      "pay",
      "charge",
      "mail",
      "unattached",
    ]);
  });

  test("skip the whole inside of a folded span", () => {
    const folding = { mode: "start" as const, except: ["pay", "unattached"] };
    expect(words(shop(), { folding })).toEqual([
      "root",
      "- started",
      "- finished",
      "pay",
      "mail",
      "unattached",
    ]);
  });

  test("with everything folded show the roots, and the open exceptions", () => {
    expect(words(shop(), { folding: { mode: "all", except: [] } })).toEqual(["root", "unattached"]);
    expect(words(shop(), { folding: { mode: "all", except: ["root"] } })).toEqual([
      "root",
      "- started",
      "- finished",
      "pay",
      "mail",
      "unattached",
    ]);
  });

  test("of a chatty span show its failures, its first logs, and that there are more", () => {
    const chatty = span("chatty", "", 0, 100);
    for (let i = 0; i < 30; i++) chatty.logs.push(log(`line${i}`, i, i === 25 ? 17 : 5));
    const index = toModel(indexTrace(trace([chatty])));
    const shown = words(index);
    expect(shown.length).toBe(1 + ITEMS_SHOWN_MAX + 1);
    expect(shown.slice(-3)).toEqual(["- line6", "- line25", "- more"]);
    expect(words(index, { unfolded: new Set(["chatty"]) }).length).toBe(31);
    // The row can be walked over and named in a URL.
    const more = { node: 0, item: MORE_ITEMS };
    expect(findSelection(index, toSelection(index, more))).toEqual(more);
    expect(rowOf(rowsOf(index), index, more)).toBe(9);
  });
});

describe("a selection", () => {
  const index = shop();
  const rows = rowsOf(index);

  test("of every row finds the same row again", () => {
    for (let row = 0; row < rows.length; row++) {
      const place = placeAt(rows, row)!;
      expect(findSelection(index, toSelection(index, place))).toEqual(place);
      expect(rowOf(rows, index, place)).toBe(row);
    }
  });

  test("of a log alone finds its span", () => {
    const { log: key } = toSelection(index, { node: 2, item: 0 });
    expect(findSelection(index, { log: key! })).toEqual({ node: 2, item: 0 });
  });

  test("of a log that names a span which is not stored finds it among the unattached", () => {
    const { log: key } = toSelection(index, { node: 4, item: 0 });
    expect(findSelection(index, { span: "gone", log: key! })).toEqual({ node: 4, item: 0 });
  });

  test("of something unknown finds nothing, of an unknown log its span", () => {
    expect(findSelection(index, { span: "gone" })).toBeUndefined();
    expect(findSelection(index, { span: "pay", log: "gone" })).toEqual({
      node: 1,
      item: NODE_ITSELF,
    });
    expect(findSelection(index, {})).toBeUndefined();
  });

  test("inside a folded branch stands at the branch", () => {
    const folded = rowsOf(index, { folding: { mode: "start", except: ["pay"] } });
    expect(placeAt(folded, rowOf(folded, index, { node: 2, item: 0 }))).toEqual({
      node: 1,
      item: NODE_ITSELF,
    });
  });

  test("is revealed by opening exactly the branches above it", () => {
    const place = { node: 2, item: 0 };
    expect(
      reveal(index, { mode: "start", except: ["pay", "charge", "unattached"] }, place).except,
    ).toEqual(["unattached"]);
    expect(
      reveal(index, { mode: "all", except: [] }, { node: 2, item: NODE_ITSELF }).except.toSorted(),
    ).toEqual(["pay", "root"]);
    expect(reveal(index, OPEN, place)).toBe(OPEN);
  });
});

describe("a group of similar spans", () => {
  const spans = Array.from({ length: 12 }, (_, i) => {
    const one = { ...span(`${i}`, "root", i * 10), name: "SELECT stock" };
    return i === 4 ? { ...one, status: { code: "Error" as const, message: "locked" } } : one;
  });
  const index = toModel(
    indexTrace(trace([span("root", "", 0, 500), ...spans, span("in", "2", 21, 1)])),
  );
  const head = { node: 1, item: SIMILAR_GROUP };
  const keysOf = (folding: Folding) => {
    const rows = rowsOf(index, { folding });
    return Array.from({ length: rows.length }, (_, row) => {
      const { node, item } = placeAt(rows, row)!;
      return `${item === SIMILAR_GROUP ? "group " : ""}${index.nodes[node]!.key}`;
    });
  };

  test("is one row; what failed stands beside it", () => {
    expect(keysOf(OPEN)).toEqual(["root", "group 0", "4"]);
  });

  test("opens with everything, or alone", () => {
    expect(keysOf({ mode: "none", except: [] }).length).toBe(15);
    expect(keysOf({ mode: "start", except: ["similar-0"] })).toEqual(
      keysOf({ mode: "none", except: [] }),
    );
  });

  test("is where its hidden members, and what is inside them, are found", () => {
    const rows = rowsOf(index);
    for (const key of ["0", "2", "in", "11"])
      expect(rowOf(rows, index, { node: index.nodeByKey.get(key)!, item: NODE_ITSELF })).toBe(1);
    expect(rowOf(rows, index, head)).toBe(1);
  });

  test("opens when something inside is selected, and not when it is selected itself", () => {
    const inside = { node: index.nodeByKey.get("in")!, item: NODE_ITSELF };
    expect(reveal(index, OPEN, inside).except).toEqual(["similar-0"]);
    expect(reveal(index, OPEN, head)).toBe(OPEN);
  });

  test("has a name of its own in the URL", () => {
    expect(toSelection(index, head)).toEqual({ span: "0", log: "similar" });
    expect(findSelection(index, { span: "0", log: "similar" })).toEqual(head);
  });
});

test("the next error is first where the failure began, then the next in reading order", () => {
  const index = shop();
  const errors = errorPlaces(index);
  expect(nextError(index, errors, undefined, 1)).toEqual({ node: 2, item: NODE_ITSELF });
  expect(nextError(index, errors, { node: 0, item: NODE_ITSELF }, -1)).toEqual({
    node: 2,
    item: NODE_ITSELF,
  });
  expect(nextError(index, errors, errors[1], 1)).toEqual({ node: 2, item: 0 });
  expect(nextError(index, errors, errors[2], 1)).toEqual({ node: 1, item: NODE_ITSELF });
});

test("errors are failed spans and failure logs, in reading order", () => {
  expect(errorPlaces(shop())).toEqual([
    { node: 1, item: NODE_ITSELF },
    { node: 2, item: NODE_ITSELF },
    { node: 2, item: 0 },
  ]);
});

test("stepping through places goes around at both ends", () => {
  const places = errorPlaces(shop());
  expect(nextPlace(places, undefined, 1)).toBe(places[0]);
  expect(nextPlace(places, { node: 0, item: 1 }, 1)).toBe(places[0]);
  expect(nextPlace(places, places[1], 1)).toBe(places[2]);
  expect(nextPlace(places, places[2], 1)).toBe(places[0]);
  expect(nextPlace(places, places[0], -1)).toBe(places[2]);
  expect(nextPlace([], undefined, 1)).toBeUndefined();
});

test("finding looks into names, status, attributes and log bodies, ignoring case", () => {
  const index = shop();
  const found = (text: string) =>
    findPlaces(index, text).map(({ node, item }) => `${index.nodes[node]!.key}/${item}`);
  expect(found("VISA")).toEqual(["charge/-1"]);
  expect(found("declined")).toEqual(["pay/-1", "charge/-1", "charge/0"]);
  expect(found("lost")).toEqual(["unattached/0"]);
  expect(found("  ")).toEqual([]);
});
