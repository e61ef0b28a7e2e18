/**
 * Goal: with THROUGHLINE_SDK_CAPTURE_STDOUT every line on standard output and error is one log record, whoever writes it, and
 * without it nothing changes. Method: as register.test.ts.
 */
import { describe, expect, test } from "vitest";
import { appTest } from "../testing/app-suite.ts";
import { LineReader } from "./line-reader.ts";
import { readOutputLine } from "./output-line.ts";

const CAPTURE = { THROUGHLINE_SDK_CAPTURE_STDOUT: "true" };
const BY_KNOWN_LOGGERS = [
  "by bunyan",
  "by console",
  "by pino",
  "by pino to stdout",
  "by winston",
  "by winston through console",
];

for (const file of ["output.mjs", "output.cjs"]) {
  appTest.concurrent(
    `${file}: hand-written loggers, JSON and pieces become records of their request, no line twice`,
    async ({ suite }) => {
      const result = await suite.run(file, CAPTURE).ended;
      expect(result.code).toBe(0);
      const { logs, spans } = suite.receiver;
      expect(logs.map(({ body }) => String(body)).toSorted()).toEqual(
        [
          ...BY_KNOWN_LOGGERS,
          "2026-01-01 [ERROR] by hand and red",
          "2026-01-01 [INFO] by hand",
          "as JSON",
          "first of two\n    at its second line",
          "in pieces",
          "said by a child",
          "said by a thread",
          "the last, without an end",
        ].toSorted(),
      );
      const [server] = spans.filter(({ kind }) => kind === 2);
      const ids = { traceId: server?.traceId, spanId: server?.spanId };
      expect(suite.logWith("[INFO] by hand")).toMatchObject({
        ...ids,
        severityNumber: 9,
        scope: "throughline.output",
        attributes: { "log.iostream": "stdout" },
      });
      expect(suite.logWith("[ERROR] by hand")).toMatchObject({
        ...ids,
        severityNumber: 17,
        attributes: { "log.iostream": "stderr" },
      });
      expect(suite.logWith("as JSON")).toMatchObject({
        ...ids,
        severityNumber: 13,
        attributes: { items: 2, "exception.type": "TypeError", "exception.stacktrace": "s" },
      });
      expect(suite.logWith("in pieces")).toMatchObject({ ...ids, severityNumber: 13 });
      // Every one of them is printed, as ever.
      for (const line of ["by hand", "as JSON", ...BY_KNOWN_LOGGERS, "said by a child"]) {
        expect(result.stdout).toContain(line);
      }
    },
  );
}

appTest.concurrent(
  "unless asked for, only the known loggers' lines are records, each once",
  async ({ suite }) => {
    await suite.run("output.mjs").ended;
    expect(suite.receiver.logs.map(({ body }) => String(body)).toSorted()).toEqual(
      BY_KNOWN_LOGGERS,
    );
  },
);

appTest.concurrent(
  "an exporter that prints what it exports does not feed on itself",
  async ({ suite }) => {
    const variables = { ...CAPTURE, OTEL_LOGS_EXPORTER: "console" };
    const { code, stdout } = await suite.run("output.cjs", variables).ended;
    expect(code).toBe(0);
    expect(stdout.split("body: 'as JSON'").length - 1).toBe(1);
  },
);

describe("a line", () => {
  test.each([
    ["stdout", "hello", 9, "info", "hello"],
    ["stderr", "hello", 13, "warn", "hello"],
    ["stdout", "10:00 WARNING: disk", 13, "warning", "10:00 WARNING: disk"],
    ["stdout", "an ERROR", 17, "error", "an ERROR"],
    ["stderr", "ts=1 level=debug msg=x", 5, "debug", "ts=1 level=debug msg=x"],
    ["stdout", "no error and no INFORMATION", 9, "info", "no error and no INFORMATION"],
    ["stdout", `${"x".repeat(90)} ERROR`, 9, "info", `${"x".repeat(90)} ERROR`],
    ["stdout", '{"level":50,"msg":"numbered"}', 17, "error", "numbered"],
    ["stdout", '{"severity":"CRITICAL","message":"named"}', 18, "critical", "named"],
    ["stdout", '{"level":"loud","msg":"own"}', 9, "info", "own"],
    ["stdout", '{"no":"message"}', 9, "info", '{"no":"message"}'],
    ["stdout", "{not json}", 9, "info", "{not json}"],
    ["stdout", '["a"]', 9, "info", '["a"]'],
  ] as const)("on %s, %s", (stream, line, ...expected) => {
    const [severityNumber, severityText, body] = expected;
    expect(readOutputLine(line, stream)).toMatchObject({ severityNumber, severityText, body });
  });

  test.each([
    ["pieces", ["a", "b\nc", "\n"], ["ab", "c"]],
    ["blank lines", ["\n \n\r\na\r\n"], ["a"]],
    ["progress", ["10%\r20%\rdone\n"], ["done"]],
    [
      "a stack in one write",
      ["Error: x\n    at y\n    at z\nnext\n"],
      ["Error: x\n    at y\n    at z", "next"],
    ],
    ["an indented line of its own", ["a\n", "  b\n"], ["a", "  b"]],
    ["more than is kept", ["aaaaabbbbbc", "\nd\n"], ["aaaaa", "bbbbb", "c", "d"]],
    ["no end", ["a\nb"], ["a", "b"]],
  ] as const)("of %s", (_what, writes, expected) => {
    const lines: string[] = [];
    const reader = new LineReader(5, (line) => lines.push(line));
    for (const text of writes) reader.add(text);
    reader.end();
    expect(lines).toEqual(expected);
  });
});
