import { expect, test } from "vitest";
import { readableLine, ReadableLines } from "./readable-lines.ts";

test("a warning is one line: who, what, why, and plain details", () => {
  const json = JSON.stringify({
    level: 40,
    time: "2026-01-01T00:00:00.000Z",
    pid: 1,
    role: "collector",
    msg: "ClickHouse does not answer",
    err: { type: "Error", message: "connect ECONNREFUSED\n  127.0.0.1:8123", stack: "…" },
    attempt: 3,
    nested: { not: "shown" },
  });
  expect(readableLine(json)).toBe(
    "collector: ClickHouse does not answer: connect ECONNREFUSED 127.0.0.1:8123 (attempt=3)",
  );
});

test("a message that is its error's message is said once", () => {
  const json = JSON.stringify({ role: "query", msg: "no disk", err: { message: "no disk" } });
  expect(readableLine(json)).toBe("query: no disk");
});

test("what is no JSON is passed on as it is", () => {
  expect(readableLine("plain words\n")).toBe("plain words");
});

test("nothing that a warning quotes steers the terminal", () => {
  const json = JSON.stringify({
    role: "collector",
    msg: "refused: \u001b[2J",
    err: { message: "at \u202Egpj" },
    "k\u0007": "\u009b1m",
  });
  expect(readableLine(json)).toBe("collector: refused: \\x1b[2J: at \\u202egpj (k\\x07=\\x9b1m)");
  expect(readableLine("plain \u001b[2J\nwords\n")).toBe("plain \\x1b[2J\nwords");
});

test("a repeated line is shown again after half a minute, another one at once", () => {
  const shown: string[] = [];
  let nowMs = 0;
  const lines = new ReadableLines({ write: (line) => shown.push(line), nowMs: () => nowMs });
  const warn = (msg: string) => lines.write(JSON.stringify({ role: "collector", msg }));
  warn("away");
  nowMs = 29_999;
  warn("away");
  warn("other");
  nowMs = 30_000;
  warn("away");
  expect(shown).toEqual(["collector: away", "collector: other", "collector: away"]);
});
