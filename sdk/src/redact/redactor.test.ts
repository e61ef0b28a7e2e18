import fc from "fast-check";
import { expect, test } from "vitest";
import type { ReadableLogRecord } from "@opentelemetry/sdk-logs";
import { Redactor } from "./redactor.ts";
import { readRules } from "./rules.ts";

function redact(rules: string, body: unknown, attributes: Record<string, unknown> = {}): unknown {
  const record = { body, attributes } as unknown as ReadableLogRecord;
  const redacted = new Redactor(readRules(rules)).logRecord(record);
  return { body: redacted.body, attributes: redacted.attributes };
}

test.each([
  ["mail ada.l+x@mail.example.org!", "mail [email]!"],
  ["card 4111 1111 1111 1111.", "card [card]."],
  ["card 5500005555555559", "card [card]"],
  ["not a card 4111 1111 1111 1112", undefined],
  ["a time 1763683200000000000, an order 12345678901234", undefined],
  ["authorization: Bearer abc.def-ghi_jkl", "authorization: Bearer [bearer]"],
  ["bearer of news", undefined],
  ["t=eyJhbGciOi.eyJzdWIiOiIx.c2ln;", "t=[jwt];"],
  ["user@host", undefined],
])("%s", (text, expected) => {
  expect(redact("default", text)).toEqual({ body: expected ?? text, attributes: {} });
});

test("names that hold secrets are masked whatever their value, in maps too; others are left alone", () => {
  expect(
    redact("default", "x", {
      "db.password": "p",
      apiKey: "k",
      "http.request.header.authorization": ["Basic eA=="],
      user: { id: 7, accessToken: { deep: true } },
      "token.count": 5,
      passworded: "no",
    }),
  ).toEqual({
    body: "x",
    attributes: {
      "db.password": "[secret]",
      apiKey: "[secret]",
      "http.request.header.authorization": "[secret]",
      user: { id: 7, accessToken: "[secret]" },
      "token.count": 5,
      passworded: "no",
    },
  });
});

test("rules of one's own mask, hash and drop, and the preset can follow them", () => {
  const rules = JSON.stringify({
    salt: "pepper",
    preset: "default",
    rules: [
      { name: "customer", keys: ["customer.*"], action: "hash" },
      { name: "note", keys: ["note"], action: "drop" },
      { name: "order", pattern: "ord-[0-9]{6}", flags: "i" },
      { name: "poison", pattern: "POISON", contains: "POISON", action: "drop" },
    ],
  });
  const attributes = { "customer.id": "c-1", other: "c-1", note: "n", text: "POISON", n: 1 };
  const first = redact(rules, "ORD-123456 of a@b.example", attributes);
  expect(first).toEqual({
    body: "[order] of [email]",
    attributes: {
      "customer.id": expect.stringMatching(/^\[customer:[0-9a-f]{16}\]$/),
      other: "c-1",
      n: 1,
    },
  });
  expect(redact(rules, "ORD-123456 of a@b.example", attributes)).toEqual(first);
  expect(redact(rules.replace("pepper", "salt"), "", attributes)).not.toEqual(first);
});

test("a card number logged as a number is found", () => {
  expect(redact("default", "", { card: 4_111_111_111_111_111, id: 7 })).toMatchObject({
    attributes: { card: "[card]", id: 7 },
  });
});

test("the application's own objects are never changed, and what nothing matches is not copied", () => {
  const attributes = { password: "p", inner: { token: "t" } };
  redact("default", "x", attributes);
  expect(attributes).toEqual({ password: "p", inner: { token: "t" } });
  const record = { body: "plain", attributes: { a: 1 } } as unknown as ReadableLogRecord;
  expect(new Redactor(readRules("default")).logRecord(record)).toBe(record);
});

test.each([
  ['{"rules":[{"keys":"password"}]}', "rules[0].keys is not a list"],
  ['{"rules":[{"detect":"iban"}]}', "rules[0].detect is not one of email, jwt, bearer, card"],
  ['{"rules":[{"detect":"card","action":"burn"}]}', "rules[0].action is not one of"],
  ['{"rules":[{}]}', "rules[0] has none of keys, detect, pattern"],
  ["/no/such/file.json", "ENOENT"],
])("%s is refused, and the message says what is wrong", (text, message) => {
  expect(() => readRules(text)).toThrow(message);
});

/** A number that passes the Luhn check: the last digit makes up for the rest. */
const cardNumber = fc
  .tuple(
    fc.constantFrom("4", "5", "3", "6"),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 17 }),
  )
  .map(([first, rest]) => {
    const digits = `${first}${rest.join("")}`;
    const sum = digits
      .split("")
      .toReversed()
      .reduce((total, digit, index) => {
        const value = index % 2 === 0 ? Number(digit) * 2 : Number(digit);
        return total + (value > 9 ? value - 9 : value);
      }, 0);
    return `${digits}${(10 - (sum % 10)) % 10}`;
  });

test("every number that passes the Luhn check is found, in groups of four as well", () => {
  fc.assert(
    fc.property(cardNumber, fc.constantFrom("", " ", "-"), (number, separator) => {
      const grouped = number.match(/.{1,4}/g)?.join(separator) ?? number;
      expect(redact("default", `pay ${grouped} now`)).toMatchObject({ body: "pay [card] now" });
    }),
  );
});

test("hostile text costs no more than its length", () => {
  const hostile = [
    "eyJ".repeat(20_000),
    "a@".repeat(30_000),
    "4 ".repeat(30_000),
    "a.".repeat(30_000),
  ];
  const redactor = new Redactor(readRules("default"));
  const started = performance.now();
  for (const body of hostile)
    redactor.logRecord({ body, attributes: {} } as unknown as ReadableLogRecord);
  expect(performance.now() - started).toBeLessThan(1_000);
});
