import type { TraceVerdict } from "@throughline/query/wire";
import { expect, test } from "vitest";
import { verdictLines } from "./verdict-lines.ts";

const gap = (n: number, more: object = {}): TraceVerdict["findings"][number] => ({
  kind: "missing_parent",
  parentSpanId: String(n).padStart(16, "0"),
  childCount: n,
  firstChildSpanId: "00000000000000ff",
  ...more,
});

test("nothing found is no line", () => {
  expect(verdictLines({ complete: true, findings: [], skew: [] })).toEqual([]);
});

test("every kind of finding is a sentence, and names are inert", () => {
  const verdict: TraceVerdict = {
    complete: false,
    findings: [
      { kind: "truncated", reason: "too many" },
      gap(1, { suspectedService: "\u001b[2Jpay" }),
      gap(2),
      { kind: "circle", spanIds: ["1"] },
      { kind: "repeated_span_ids", spanCount: 3 },
      { kind: "several_roots", rootCount: 2 },
      { kind: "no_root" },
      { kind: "late", lateSeconds: 40 },
      { kind: "no_spans" },
    ],
    skew: [
      {
        clock: "host-1",
        serviceName: "pay",
        callCount: 2,
        earlyNano: "1000000000",
        offsetNano: "1250000000",
      },
    ],
  };
  expect(verdictLines(verdict)).toEqual([
    "span 0000000000000001, parent of 1 span, is not stored; \\x1b[2Jpay probably did not send it",
    "span 0000000000000002, parent of 2 spans, is not stored",
    "a limit cut the trace",
    "1 circle of spans that are each other's parents",
    "3 spans left out: another has the same id",
    "2 spans have no parent",
    "no span without a parent is stored",
    "the last spans were stored 40 s later than the trace's length explains",
    "no span is stored: not sampled, or not arrived yet",
    "the clock of host-1 is behind its callers' by up to 1 s in 2 calls; --fix-skew adds 1.25 s",
  ]);
});

test("many missing parents are five lines and a count", () => {
  const findings = Array.from({ length: 12 }, (_, n) => gap(n));
  const lines = verdictLines({ complete: false, findings, skew: [] });
  expect(lines.length).toBe(6);
  expect(lines.at(-1)).toBe("and 7 more missing parents");
});
