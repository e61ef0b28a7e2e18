/**
 * Goal: each detector finds what it is for, and leaves alone what only looks like it. Method: a corpus of both; the secrets
 * are made up or from the documentation of those who issue them.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { DEFAULT_REDACTIONS } from "../default-rules.ts";
import type { Detector } from "../rule-set.ts";
import { detect, Redaction } from "../testing/redaction.ts";

const JWT =
  "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
const letters = (count: number) => "aB3dE5gH".repeat(Math.ceil(count / 8)).slice(0, count);

const CORPUS: Readonly<
  Record<
    Detector,
    { readonly found: readonly [string, string][]; readonly left: readonly string[] }
  >
> = {
  card: {
    found: [
      ["4111111111111111", "***"],
      ["pay 4111 1111 1111 1111 now", "pay *** now"],
      ["4111-1111-1111-1111", "***"],
      ["card=5500005555555559,", "card=***,"],
      ["378282246310005 amex", "*** amex"],
      ["3782 822463 10005", "***"],
      ["30569309025904", "***"],
      ["6011000990139424", "***"],
      ["3530111333300000", "***"],
      ["4222222222222", "***"],
      ["é4111111111111111é", "é***é"],
      ["a 4111111111111111 b 5555555555554444 c", "a *** b *** c"],
    ],
    left: [
      "4111111111111112",
      "1763659900000",
      "1763659900000000000",
      "0.4111111111111111",
      "x4111111111111111",
      "41111111111111110000",
      "4111 1111 1111-1111",
      "4111  1111 1111 1111",
      "2026-11-21 00:52:58 123456",
      "5f4111111111111111ab",
      "1234567890123456",
    ],
  },
  jwt: {
    found: [
      [JWT, "***"],
      [`token ${JWT}, done`, "token ***, done"],
      ["eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "***"],
      ["cut eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx", "cut ***"],
    ],
    left: ["eyJ", "eyJhbGciOiJIUzI1NiJ9 alone", "heyJude.what.is.this", "eyJa.b.c"],
  },
  bearer: {
    found: [
      ["Bearer abc123def456", "Bearer ***"],
      ["authorization: bearer mF_9.B5f-4.1JqM!", "authorization: bearer ***!"],
      ["BEARER  AbCdEfGhIjKlMnOpQr", "BEARER  ***"],
    ],
    left: [
      "bearer authentication failed",
      "Bearer token is missing",
      "the bearer of news",
      "Bearer Authentication-required",
    ],
  },
  cloud_key: {
    found: [
      ["AKIAIOSFODNN7EXAMPLE", "***"],
      ["key=ASIAIOSFODNN7EXAMPLE;", "key=***;"],
      [`AIza${letters(35)}`, "***"],
      [`ghp_${letters(36)} x`, "*** x"],
      [`github_pat_${letters(40)}`, "***"],
      [`glpat-${letters(20)}`, "***"],
      ["xoxb-123456789012-abcdefABCDEF", "***"],
      [`sk_live_${letters(24)}`, "***"],
      [`rk_live_${letters(24)}`, "***"],
      [`npm_${letters(36)}`, "***"],
      [`ya29.${letters(30)}`, "***"],
    ],
    left: [
      "AKIA",
      "AKIAIOSFODNN7EXAMPLEX",
      "ghp_short",
      "xoxb-1",
      "MAKIAIOSFODNN7EXAMPLE",
      "sk_test_abc",
    ],
  },
  private_key: {
    found: [
      ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "***"],
      ["x -----BEGIN PRIVATE KEY-----\nMIIE cut", "x ***"],
    ],
    left: ["-----BEGIN CERTIFICATE-----\nMIIE\n-----END CERTIFICATE-----", "BEGIN TRANSACTION"],
  },
  url_password: {
    found: [
      ["postgres://shop:s3cret@db:5432/shop", "postgres://shop:***@db:5432/shop"],
      ["amqp://:pw@mq", "amqp://:***@mq"],
    ],
    left: ["http://host:8080/a@b", "https://user@host/", "see http://a/b:c@d", "://:@"],
  },
  email: {
    found: [
      ["jane.doe+tag@example.co.uk", "***"],
      ["<jane@example.com>,", "<***>,"],
      ["mail jane@example.com.", "mail ***."],
    ],
    left: ["@opentelemetry/api", "a@b", "user@localhost", "x @ y.com", "@example.com"],
  },
  iban: {
    found: [
      ["DE89370400440532013000", "***"],
      ["GB29 NWBK 6016 1331 9268 19 x", "*** x"],
      ["IBAN:FR1420041010050500013M02606", "IBAN:***"],
    ],
    left: [
      "DE89370400440532013001",
      "DE8937040044053201300",
      "XX89370400440532013000",
      "GB29 NWBK 6016",
    ],
  },
};

describe.each(Object.entries(CORPUS))("%s", (name, { found, left }) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of CORPUS
  const redaction = new Redaction([detect(name as Detector)]);
  test.each(found)("%s", (text, expected) => {
    for (const place of [0, 1, 2, 3]) expect(redaction.redact(text, place)).toBe(expected);
  });
  test.each(left)("leaves alone: %s", (text) => {
    for (const place of [0, 1, 2, 3]) expect(redaction.redact(text, place)).toBe(text);
  });
});

describe("keys inside of texts", () => {
  const redaction = new Redaction();
  test.each([
    ["password=hunter2&user=jane", "password=***&user=jane"],
    ["GET /cb?access_token=abc&x=1", "GET /cb?access_token=***&x=1"],
    ['{"password":"hun\\"ter2","a":1}', '{"password":"***","a":1}'],
    ['{"db":{"apiKey" : "k1"}}', '{"db":{"apiKey" : "***"}}'],
    ['{"pwd":1234,"b":2}', '{"pwd":"***","b":2}'],
    ['{"m":"{\\"secret\\":\\"s3\\"}"}', '{"m":"{\\"secret\\":\\"***\\"}"}'],
    ["Authorization: Basic YWxhZGRpbjpvcGVu", "Authorization: ***"],
    ["Set-Cookie: sid=1; Path=/", "Set-Cookie: ***"],
    ["AccountKey=abc==;x", "AccountKey=***;x"],
    ["api-key='a b' c", "api-key='***' c"],
  ])("%s", (text, expected) => {
    for (const place of [0, 1, 2, 3]) expect(redaction.redact(text, place)).toBe(expected);
  });
  test.each([
    "unexpected token: }",
    "the password: must be long",
    '{"password":null,"token_count":5}',
    "max_tokens=5 keyboard=us",
    "password=",
    '{"passwordless":"yes"}',
  ])("leaves alone: %s", (text) => {
    expect(redaction.redact(text)).toBe(text);
  });
});

/** Those that the SDK for Node reads, too: both must store the same. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a file beside this one
const SHARED = JSON.parse(
  readFileSync(new URL("../testing/redacted-texts.json", import.meta.url), "utf8"),
) as Readonly<Record<string, readonly (readonly [string, string])[]>>;

describe.each(Object.entries(SHARED))("%s", (_, texts) => {
  const redaction = new Redaction(DEFAULT_REDACTIONS);
  const looking = new Redaction(DEFAULT_REDACTIONS, true);
  test.each(texts)("%j", (text, expected) => {
    for (const place of [0, 1, 2, 3]) expect(redaction.redact(text, place)).toBe(expected);
    expect(looking.redact(text)).toBe(expected);
    expect(redaction.redact(expected)).toBe(expected);
  });
});

describe("what stands in its place", () => {
  test("a mask may keep the last characters, but not of what is hardly longer", () => {
    const redaction = new Redaction([
      detect("card", { keepLast: 4 }),
      detect("email", { keepLast: 4 }),
    ]);
    expect(redaction.redact("4111 1111 1111 1111 a@b.cc")).toBe("***1111 ***");
  });
  test("a hash is the same for the same value, and another one for another", () => {
    const redaction = new Redaction([detect("email", { action: "hash" })]);
    const [first, second, third] = redaction.redact("a@x.org b@x.org a@x.org").split(" ");
    expect(first).toMatch(/^hmac:[0-9a-f]{16}$/);
    expect(third).toBe(first);
    expect(second).not.toBe(first);
  });
  test("drop leaves nothing in a text", () => {
    const redaction = new Redaction([detect("email", { action: "drop" })]);
    expect(redaction.redact("from a@x.org to b")).toBe("from  to b");
  });
  test("expressions of one's own replace each match", () => {
    const redaction = new Redaction([
      {
        name: "order",
        find: { kind: "expression", expression: "ORD-\\d{4}" },
        action: "mask",
        keepLast: 0,
      },
    ]);
    expect(redaction.redact("é ORD-1234 and ORD-5678 é")).toBe("é *** and *** é");
  });
});
