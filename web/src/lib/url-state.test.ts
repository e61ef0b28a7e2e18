/** Goal: a link shows what the page showed. Method: write filters into a query string and read them back. */
import { type FilterSignal, parseFilter, resolveFilter } from "@throughline/query/filter";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  filterPatch,
  formatFolding,
  logsHref,
  pageHref,
  parseTraceId,
  patchSearch,
  readFilter,
  readFolding,
  readRange,
  toggleFolding,
  traceHref,
  tracesHref,
  upgradePatch,
} from "./url-state.ts";

const text = fc.string({ unit: "grapheme", maxLength: 20 });

/** What the service makes of a filter: the same condition however it is written. */
function meaning(q: string, signal: FilterSignal): unknown {
  const parsed = parseFilter(q);
  if (parsed.kind !== "filter") return parsed.kind;
  const resolved = resolveFilter(parsed.filter, signal);
  return resolved.kind === "error" ? resolved.error.message : resolved.condition;
}

test("a filter survives the URL, whatever it holds", () => {
  fc.assert(
    fc.property(text, (q) => {
      expect(readFilter(patchSearch("", filterPatch(q, "traces")), "traces")).toBe(q.trim());
    }),
  );
});

describe("a link of before the filter language", () => {
  test.each([
    ["traces", "service=pay", "service:pay"],
    ["traces", "service=my+shop", 'service:"my shop"'],
    ["traces", "operation=GET+%2Fcart%2F*", 'name:"GET /cart/*"'],
    ["traces", "minDuration=100ms", "duration>=100ms"],
    ["traces", "minDuration=1.5+s", "duration>=1.5s"],
    ["traces", "minDuration=250", "duration>=250ms"],
    ["traces", "maxDuration=2min", "duration<=120s"],
    ["traces", "minDuration=2m30s", "duration>=2m30s"],
    ["traces", "status=error", "status:error"],
    ["traces", "attribute=http.route%3D%2Fpay", 'http.route:"/pay"'],
    ["traces", "attribute=name%3Dx", '"name":x'],
    ["traces", "attribute=a%3D1&attribute=odd+key%3D%22", 'a:1 "odd key":"\\""'],
    ["logs", "service=pay", "service:pay"],
    ["logs", "severity=WARN", "severity>=warn"],
    ["logs", "severity=13", "severity>=13"],
    ["logs", "text=card+%22declined+by+bank%22+order-1", 'card "declined by bank" order-1'],
    ["logs", "text=NOT+http%3A%2F%2Fx", '"NOT" "http://x"'],
    ["logs", `traceId=${"AB".repeat(16)}`, `trace:${"ab".repeat(16)}`],
    ["logs", "spanId=00f067aa0ba902b7", "span:00f067aa0ba902b7"],
    ["logs", "attribute=body%3Dx", '"body":x'],
    ["logs", "service=a&severity=ERROR&text=b", "service:a severity>=error b"],
    ["logs", "q=x+OR+y&service=a", "(x OR y) service:a"],
    ["logs", "q=service%3Aa&service=a", "service:a"],
  ] as const)("%s: %s asks for %s", (signal, search, q) => {
    expect(readFilter(search, signal)).toBe(q);
    expect(meaning(q, signal)).not.toBe("error");
    const patch = upgradePatch(search, signal) ?? {};
    const upgraded = patchSearch(`from=now-6h&${search}`, patch);
    expect(new URLSearchParams(upgraded)).toEqual(
      new URLSearchParams({ from: "now-6h", v: "1", q }),
    );
    expect(upgradePatch(upgraded, signal)).toBeUndefined();
  });

  test.each(["service", "attribute"])("%s stays a value, whatever it holds", (name) => {
    fc.assert(
      fc.property(
        text.filter((one) => one !== ""),
        (value) => {
          const search = patchSearch("", { [name]: name === "service" ? value : `key=${value}` });
          const condition = JSON.stringify(meaning(readFilter(search, "logs"), "logs"));
          expect(condition).toContain(`"test":{"kind":"is","text":${JSON.stringify(value)}}`);
        },
      ),
    );
  });

  test("a key stays a key, whatever it holds", () => {
    fc.assert(
      fc.property(
        text.filter((one) => one !== "" && !one.includes("=")),
        (key) => {
          const q = readFilter(patchSearch("", { attribute: `${key}=1` }), "traces");
          const condition = JSON.stringify(meaning(q, "traces"));
          expect(condition).toContain(`"key":${JSON.stringify(key)}`);
        },
      ),
    );
  });
});

test("a change keeps the other parameters and removes what is empty", () => {
  expect(patchSearch("?a=1&b=2&a=3", { a: undefined, c: ["x", "y"], d: "" })).toBe("b=2&c=x&c=y");
});

test("links keep the time range and leave the rest behind", () => {
  const search = "?from=now-6h&service=a&log=1";
  expect(pageHref("/logs", search)).toBe("/logs?from=now-6h");
  expect(traceHref(search, { traceId: "ab", span: "cd" })).toBe("/trace/ab?from=now-6h&span=cd");
  expect(logsHref(readRange(search), { traceId: "ab" })).toBe("/logs?from=now-6h&v=1&q=trace%3Aab");
  expect(pageHref("/logs", "?service=a")).toBe("/logs");
  expect(tracesHref("", { service: "a", operation: "GET /b", errorsOnly: true })).toBe(
    "/traces?v=1&q=service%3Aa+name%3A%22GET+%2Fb%22+status%3Aerror",
  );
  expect(tracesHref("", {})).toBe("/traces");
});

test("without a range the last hour is meant", () => {
  expect(readRange("")).toEqual({ from: "now-1h", to: "now" });
});

describe("folding", () => {
  test("survives the URL", () => {
    const folding = { except: ["00f067aa0ba902b7", "missing-aa"] };
    for (const mode of ["start", "all", "none"] as const)
      expect(readFolding(`?fold=${formatFolding({ ...folding, mode })}`)).toEqual({
        ...folding,
        mode,
      });
    expect(readFolding("")).toEqual({ mode: "start", except: [] });
  });

  test("toggling twice changes nothing", () => {
    const once = toggleFolding({ mode: "start", except: [] }, "a");
    expect(once).toEqual({ mode: "start", except: ["a"] });
    expect(toggleFolding(once, "a")).toEqual({ mode: "start", except: [] });
  });

  test("a URL never grows beyond its limit", () => {
    const except = Array.from({ length: 5000 }, (_, i) => `${i}`.padStart(16, "0"));
    expect(formatFolding({ mode: "start", except }).length).toBeLessThan(2100);
  });
});

describe("a pasted trace id", () => {
  const id = "4bf92f3577b34da6a3ce929d0e0e4736";
  test.each([
    [id],
    [` ${id.toUpperCase()}\n`],
    [`00-${id}-00f067aa0ba902b7-01`],
    ["4bf92f35-77b3-4da6-a3ce-929d0e0e4736"],
  ])("%j is understood", (pasted) => {
    expect(parseTraceId(pasted)).toBe(id);
  });

  test.each([["4bf92f35"], ["0".repeat(32)], ["g".repeat(32)], [""]])("%j is not one", (pasted) => {
    expect(parseTraceId(pasted)).toBeUndefined();
  });
});
