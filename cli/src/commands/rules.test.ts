/** Goal: rules are checked and tried before they hold. Method: the command with files in a folder of the test. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { run } from "../run.ts";

let folder: string;
let out: string[];
let err: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-rules-"));
  out = [];
  err = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function rules(...words: string[]) {
  return run({
    args: ["rules", ...words],
    environment: {},
    workingDir: folder,
    terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
  });
}

const SAMPLE = {
  resourceLogs: [
    {
      scopeLogs: [
        {
          logRecords: [
            { severityNumber: 5, body: { stringValue: "noise" } },
            { severityNumber: 9, body: { stringValue: "card 4111 1111 1111 1111" } },
            { severityNumber: 9, body: { stringValue: "clean" } },
          ],
        },
      ],
    },
  ],
};

test("test says of each record what becomes of it, and which rule did it", async () => {
  writeFileSync(
    join(folder, "rules.yaml"),
    "filters: [{name: quiet, drop: {severityBelow: info}}]",
  );
  writeFileSync(join(folder, "sample.json"), JSON.stringify(SAMPLE));
  expect(await rules("test", "--rules", "rules.yaml", "--input", "sample.json")).toBe(0);
  expect(out).toEqual([
    "log record 1: dropped by quiet",
    "log record 2: kept; redacted by card-numbers (1)",
    "  body",
    "    - card 4111 1111 1111 1111",
    "    + card ***1111",
    "log record 3: kept as it is",
    `${join(folder, "rules.yaml")}: 3 records, 1 dropped, 1 changed`,
  ]);
});

test("nothing of a sample steers the terminal, also not as JSON", async () => {
  const body = "\u001b]0;owned\u0007\u001b[2J\u202E card 4111 1111 1111 1111";
  const logRecords = [{ severityNumber: 9, body: { stringValue: body } }];
  const sample = { resourceLogs: [{ scopeLogs: [{ logRecords }] }] };
  writeFileSync(join(folder, "sample.json"), JSON.stringify(sample));
  expect(await rules("test", "--input", "sample.json")).toBe(0);
  expect(out.slice(1, 4)).toEqual([
    "  body",
    "    - \\x1b]0;owned\\x07\\x1b[2J\\u202e card 4111 1111 1111 1111",
    "    + \\x1b]0;owned\\x07\\x1b[2J\\u202e card ***1111",
  ]);
  out = [];
  expect(await rules("test", "--input", "sample.json", "--json")).toBe(0);
  expect(out.join("\n")).toContain("\\u202e");
  expect(JSON.parse(out.join("\n")).records[0].changes[0].before).toBe(body);
});

test("nothing of a rules file steers the terminal", async () => {
  const text = JSON.stringify("a\u001b[2J\u202Eb");
  writeFileSync(
    join(folder, "rules.yaml"),
    `redaction: {rules: [{name: x, keys: [${text}], action: drop}]}`,
  );
  expect(await rules("show", "--rules", "rules.yaml")).toBe(0);
  expect(out.join("\n")).toContain("x: drop the values of a\\x1b[2J\\u202eb");
  writeFileSync(join(folder, "rules.yaml"), `filters: [{name: x, ${text}: 1}]`);
  expect(await rules("check", "--rules", "rules.yaml")).toBe(1);
  expect(err.join("\n")).toContain("a\\x1b[2J\\u202eb");
  // oxlint-disable-next-line no-control-regex -- they are what must not be there
  expect([...out, ...err].join("\n")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202E]/);
});

test("check names each mistake with its line, and ends with 1", async () => {
  writeFileSync(
    join(folder, "rules.yaml"),
    "filters:\n  - name: a\n    dorp: {severityBelow: info}\n",
  );
  expect(await rules("check", "--rules", "rules.yaml")).toBe(1);
  expect(err.join("\n")).toContain(
    'rules.yaml: line 3, rule "a": unknown key "dorp"; did you mean drop?',
  );
});

test("show lists the shipped rules where there is no file, as JSON without the secret key", async () => {
  expect(await rules("show")).toBe(0);
  expect(out.join("\n")).toContain("card-numbers: mask what looks like card");
  out = [];
  expect(await rules("show", "--json")).toBe(0);
  expect(JSON.parse(out.join("\n"))).toMatchObject({
    source: "the shipped rules",
    hasHashKey: false,
  });
  expect(out.join("\n")).not.toContain("hashKey");
});

test("a sample that is no OTLP and a word that is none are said", async () => {
  writeFileSync(join(folder, "sample.json"), "{}");
  expect(await rules("test", "--input", "sample.json")).toBe(1);
  expect(err.join("\n")).toContain("expected OTLP/JSON with resourceLogs");
  expect(await rules("tset")).toBe(2);
});
