/**
 * Goal: OTLP/JSON means what protobuf means, and an error leads to its place. Method: small texts, one promise each.
 */
import { describe, expect, test } from "vitest";
import { json, malformed, NOW, onlyRow } from "./testing/requests.ts";

describe("JSON", () => {
  const record = (fields: string) =>
    `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{${fields}}]}]}]}`;
  const path = "resourceLogs[0].scopeLogs[0].logRecords[0]";

  test("means what protobuf means", () => {
    const span = {
      traceId: "0102030405060708090A0B0C0D0E0F10",
      spanId: "0102030405060708",
      name: "é\n\u{1f600}",
      kind: "SPAN_KIND_SERVER",
      startTimeUnixNano: String(NOW),
      endTimeUnixNano: String(NOW + 7n),
      unknown: [{ a: [1, null] }],
      status: { code: 2, message: null },
      attributes: [
        { key: "i", value: { intValue: "9007199254740993" } },
        { key: "d", value: { doubleValue: "-Infinity" } },
        { key: "b", value: { bytesValue: "_-8=" } },
        { key: "n", value: null },
        { key: "l", value: { arrayValue: { values: [{ boolValue: true }, {}, null] } } },
      ],
    };
    const row = onlyRow(json("traces", { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
    expect(row).toMatchObject({
      TraceId: "0102030405060708090a0b0c0d0e0f10",
      SpanName: "é\n\u{1f600}",
      SpanKind: "Server",
      StatusCode: "Error",
      Duration: 7n,
      SpanAttributes: [
        ["b", "/+8="],
        ["d", "json: unsupported value: -Inf"],
        ["i", "9007199254740993"],
        ["l", "[true,null,null]"],
        ["n", ""],
      ],
    });
  });

  test("numbers keep digits that a double cannot hold", () => {
    const row = onlyRow(json("logs", record('"time_unix_nano":1763659800000000001')));
    expect(row["Timestamp"]).toBe(1_763_659_800_000_000_001n);
  });

  test.each([
    [
      '"timeUnixNano":"abc"',
      `${path}.timeUnixNano: expected an integer from 0 to 18446744073709551615, found "abc" (line 1, column 63)`,
    ],
    ['"timeUnixNano":-1', `${path}.timeUnixNano: expected an integer from 0 to`],
    ['"timeUnixNano":1.5', `${path}.timeUnixNano: expected an integer`],
    [
      '"severityNumber":"LOUD"',
      `${path}.severityNumber: expected a number or name of SeverityNumber, found "LOUD"`,
    ],
    ['"traceId":"xyz"', `${path}.traceId: expected hexadecimal digits in a string, found "xyz"`],
    ['"body":"text"', `${path}.body: expected an object, AnyValue, found "text"`],
    ['"attributes":{}', `${path}.attributes: expected an array, found {`],
    ['"attributes":[{"key":1}]', `${path}.attributes[0].key: expected a string, found 1`],
    ['"severityText":"\\q"', `${path}.severityText: not JSON: \\q is no escape`],
    ['"severityText":"', `${path}.severityText: not JSON: a string does not end`],
    ['"flags":01', `${path}.flags: not JSON: 01 is no number`],
    ['"flags":1,', `${path}: not JSON: a key in quotes must come here, found }`],
  ])("%s is refused with the place, what was expected and what was found", (fields, message) => {
    expect(malformed(json("logs", record(fields)))).toContain(message);
  });

  test("line and column lead to the fault", () => {
    const body = '{\n  "resourceLogs": [\n    { "scopeLogs": 5 }\n  ]\n}';
    expect(malformed(json("logs", body))).toBe(
      "resourceLogs[0].scopeLogs: expected an array, found 5 (line 3, column 20)",
    );
  });

  test("text after the object, text before it, and depth without end are refused", () => {
    expect(malformed(json("logs", "{} {}"))).toContain("nothing may follow the object");
    expect(malformed(json("logs", "[]"))).toContain("expected an object, ExportLogsServiceRequest");
    expect(malformed(json("logs", ""))).toContain("the end of the text");
    expect(malformed(json("logs", `{"x":${"[".repeat(100_000)}`))).toContain(
      "nested more than 512",
    );
  });

  test("half a surrogate pair becomes U+FFFD", () => {
    const row = onlyRow(json("logs", record('"severityText":"a\\ud800b"')));
    expect(row["SeverityText"]).toBe("a\ufffdb");
  });
});
