import { describe, expect, test } from "vitest";
import { verdictWords } from "./verdict-words.ts";

describe("what speaks against a trace being whole", () => {
  test("is nothing for a complete one, and for one that nobody judged", () => {
    expect(verdictWords(undefined)).toEqual([]);
    expect(verdictWords({ complete: true, findings: [], skew: [] })).toEqual([]);
  });

  test("names the service that is suspected, why, and where to look", () => {
    const [words] = verdictWords({
      complete: false,
      findings: [
        {
          kind: "missing_parent",
          parentSpanId: "0123456789abcdef",
          childCount: 2,
          firstChildSpanId: "00000000000000aa",
          suspectedService: "payments",
          because: "peer_of_caller",
        },
      ],
      skew: [],
    });
    expect(words).toEqual({
      text: "a parent span is missing, probably of payments",
      title: "2 spans name 01234567 as their parent; a call to it was going on",
      spanId: "00000000000000aa",
      isWarning: true,
    });
  });

  test("does not warn of spans that came late: they are there", () => {
    const findings = [{ kind: "late" as const, lateSeconds: 4 }];
    expect(verdictWords({ complete: true, findings, skew: [] })).toMatchObject([
      { text: "last spans arrived 4.00 s late", isWarning: false },
    ]);
  });
});
