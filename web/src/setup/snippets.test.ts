/** Goal: what people copy names this installation's endpoints, and what runs as it stands does run. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { languageOf, LANGUAGES } from "./snippets.ts";

const endpoints = { grpc: "http://collect.example:4317", http: "http://collect.example:4318" };

describe.each(LANGUAGES)("$name", ({ snippets }) => {
  const all = snippets(endpoints);

  test("says where to send, and only there", () => {
    const code = all.map((snippet) => snippet.code).join("\n");
    expect(code).toMatch(/http:\/\/collect\.example:431[78]/);
    expect(code).not.toContain("localhost");
  });

  test("has a title for every step", () => {
    expect(new Set(all.map(({ title }) => title)).size).toBe(all.length);
  });
});

test("an unknown language is the first", () => {
  expect(languageOf("cobol").id).toBe("node");
  expect(languageOf("java").name).toBe("Java");
});

test("the curl lines send JSON that holds one span and one log of one trace", () => {
  const [snippet] = languageOf("curl").snippets(endpoints);
  // Prints what would be sent, instead of sending it.
  const shell = `curl() { while [ "$1" != -d ]; do shift; done; printf '%s\\n--\\n' "$2"; }\n${snippet!.code}`;
  const sent = execFileSync("bash", ["-c", shell], { encoding: "utf8" }).split("\n--\n");
  const [traces, logs] = sent.slice(0, 2).map((body) => JSON.parse(body));
  const span = traces.resourceSpans[0].scopeSpans[0].spans[0];
  const log = logs.resourceLogs[0].scopeLogs[0].logRecords[0];
  expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect([log.traceId, log.spanId]).toEqual([span.traceId, span.spanId]);
  expect(BigInt(span.endTimeUnixNano) - BigInt(span.startTimeUnixNano)).toBe(250_000_000n);
});
