/**
 * Goal: the collector's rules file does in an application what it does in the collector. Method: expectations are what the
 * collector's encoder stored of the same values under the same file.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Redactor } from "./redactor.ts";
import { readRules } from "./rules.ts";

const HASH_KEY = "0123456789abcdef";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-rules-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function redactorOf(yaml: string, hashKey = HASH_KEY): Redactor {
  const path = join(folder, "rules.yaml");
  writeFileSync(path, yaml);
  return new Redactor(readRules(path, hashKey));
}

function redact(
  redactor: Redactor,
  body: unknown,
  attributes: Readonly<Record<string, unknown>> = {},
): { readonly body: unknown; readonly attributes: unknown } {
  const record = { body, attributes } as unknown as ReadableLogRecord;
  const redacted = redactor.logRecord(record);
  return { body: redacted.body, attributes: redacted.attributes };
}

test.each([
  ["card 4111 1111 1111 1111.", "card ***1111."],
  ["not 4111 1111 1111 1112", "not 4111 1111 1111 1112"],
  ["mail ada@mail.example.org", "mail ada@mail.example.org"],
  ["authorization: Bearer abc.def-ghi_jkl1", "authorization: ***"],
  ["Authorization: Basic eHg6eQ==", "Authorization: ***"],
  ["sent bearer abcdefghijklmnopQRST on", "sent bearer *** on"],
  ["bearer authentication failed", "bearer authentication failed"],
  ["t=eyJhbGciOiJI.eyJzdWIiOiIx.c2ln;", "t=***;"],
  ["password=hunter2 ok", "password=*** ok"],
  ["password: hunter2", "password: hunter2"],
  ["unexpected token: }", "unexpected token: }"],
  ["accessToken='abc def' next", "accessToken='***' next"],
  ['{"password":"hun\\"ter2","x":1}', '{"password":"***","x":1}'],
  ['{"api_key": 12345, "token": null}', '{"api_key": "***", "token": null}'],
  [String.raw`"{\"apiKey\":\"s3cr3t\"}"`, String.raw`"{\"apiKey\":\"***\"}"`],
  ["https://u:pa:ss@host/x", "https://u:***@host/x"],
  ["https://host:80/a@b", "https://host:80/a@b"],
  ["AKIAIOSFODNN7EXAMPLE", "***"],
  ["xAKIAIOSFODNN7EXAMPLE", "xAKIAIOSFODNN7EXAMPLE"],
  ["a -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\nb", "a ***\nb"],
  ["x -----BEGIN PRIVATE KEY-----abc", "x ***"],
  ["-----BEGIN CERTIFICATE-----abc", "-----BEGIN CERTIFICATE-----abc"],
])("without rules of its own a file masks what opens doors: %j", (text, expected) => {
  expect(redact(redactorOf("redaction: {}\n"), text).body).toBe(expected);
});

/** The texts that the collector's own tests redact. */
const SHARED = JSON.parse(
  readFileSync(
    new URL("../../../collector/src/process/testing/redacted-texts.json", import.meta.url),
    "utf8",
  ),
) as Readonly<Record<string, readonly (readonly [string, string])[]>>;

describe.each(Object.entries(SHARED))("%s", (_, texts) => {
  test.each(texts)("%j", (text, expected) => {
    const redactor = redactorOf("redaction: {}\n");
    expect(redact(redactor, text).body).toBe(expected);
    expect(redact(redactor, expected).body).toBe(expected);
  });
});

test("keys are matched as the collector matches them, at any depth", () => {
  const attributes = {
    "db.password": "p",
    "X-API-Key": "k",
    "http.request.header.authorization": "x",
    map: { setCookie: "c", user: { accessToken: "t" }, ok: true },
    "token.count": 5,
    tokens: 5,
  };
  expect(redact(redactorOf("redaction: {}\n"), "", attributes).attributes).toEqual({
    "db.password": "***",
    "X-API-Key": "***",
    "http.request.header.authorization": "***",
    map: { setCookie: "***", user: { accessToken: "***" }, ok: true },
    "token.count": 5,
    tokens: 5,
  });
});

const OWN = `
# What only the collector can do is left to it.
filters:
  - { name: noise, drop: { severityBelow: info } }
redaction:
  defaults: false
  rules:
    - { name: mail, detect: email, action: hash }
    - { name: account, detect: iban, keepLast: 3 }
    - { name: customer, keys: ["customer.*", "*name"], action: hash }
    - { name: order, matches: '(?i)ord-[0-9]{6}\\-x', keepLast: 2 }
    - { name: note, keys: [note], action: drop }
    - { name: phone, matches: 'tel [0-9]+', action: drop }
`;

test.each([
  ["mail ada@mail.example.org!", "mail hmac:016716d02f8d2795!"],
  ["DE89370400440532013000 paid", "***000 paid"],
  ["GB82 WEST 1234 5698 7654 32", "*** 32"],
  ["DE88370400440532013000", "DE88370400440532013000"],
  ["ORD-123456-x and ord-000000-X", "***-x and ***-X"],
  ["first_name=Ada", "first_name=hmac:9bc245ae8032d0b6"],
  ["note=hello world", "note= world"],
  ["call tel 123 now", "call  now"],
  ["password=hunter2", "password=hunter2"],
])("rules of its own, in place of the defaults: %j", (text, expected) => {
  expect(redact(redactorOf(OWN), text).body).toBe(expected);
});

test("of two things that overlap the one that begins first is redacted, whatever the order of the rules", () => {
  const redactor = redactorOf(
    "redaction: { rules: [{ name: mail, detect: email, action: hash }, { name: t, detect: jwt, action: hash }] }",
  );
  const text = "https://ada:secret@example.org/x Bearer eyJhbGciOiJI.eyJzdWIiOiIx.c2lnbmVkT1";
  expect(redact(redactor, text).body).toBe("https://ada:***@example.org/x Bearer ***");
});

test("an attribute that a rule drops goes whole, a text inside of a value loses what was found", () => {
  const attributes = {
    note: "n",
    said: "tel 123",
    list: ["tel 123", "x"],
    map: { note: "n", a: 1 },
  };
  expect(redact(redactorOf(OWN), "", attributes).attributes).toEqual({
    list: ["", "x"],
    map: { a: 1 },
  });
});

test.each([
  ["redaction: { rules: [{ name: a, keys: [b], action: hash }] }", "THROUGHLINE_REDACTION_KEY"],
  [
    "redaction: { rules: [{ name: a, detect: phone }] }",
    "rules[0].detect is not one of private_key,",
  ],
  ["redaction: { rules: [{ name: a }] }", "rules[0] needs exactly one of"],
  [
    "redaction: { rules: [{ name: a, matches: '[[:alpha:]]' }] }",
    "rules[0].matches is nothing that",
  ],
  ["redaction: { rules: [{ name: a, keys: [b], keep: 1 }] }", "rules[0] has the unknown key keep"],
])("%s is refused, and the message says what is wrong", (yaml, message) => {
  expect(() => redactorOf(yaml, "")).toThrow(message);
});

test("hostile text costs no more than its length", () => {
  const redactor = redactorOf(`${OWN.replace("defaults: false", "defaults: true")}`);
  const hostile = [
    "-----BEGIN ".repeat(20_000),
    "password=".repeat(20_000),
    `password="${'\\"'.repeat(50_000)}`,
    "authorization=basic ".repeat(20_000),
    'cookie: a="b'.repeat(20_000),
    `cookie=a=${"\\".repeat(50_000)}`,
    "cookie=a;".repeat(20_000),
    `"password":["${'a","'.repeat(20_000)}`,
    '"password":[\\'.repeat(20_000),
    `"password":[${"\\".repeat(50_000)}`,
    "token=[".repeat(20_000),
    "cookie=;   ".repeat(20_000),
    'authorization=Digest nonce=\\"'.repeat(20_000),
    "://a:".repeat(20_000),
    "DE89 3704 ".repeat(20_000),
    "bearer ".repeat(20_000),
    "eyJ".repeat(30_000),
  ];
  const started = performance.now();
  for (const body of hostile) redact(redactor, body);
  expect(performance.now() - started).toBeLessThan(2_000);
});
