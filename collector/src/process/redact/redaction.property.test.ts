/**
 * Goal: no secret gets through wherever it lies, clean text is not touched by a byte, and no text takes more than linear
 * time. Method: secrets in generated surroundings at every alignment; texts without the letters of any secret; hostile
 * texts of two sizes, whose times are compared.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Redaction } from "../testing/redaction.ts";

const SECRETS: readonly string[] = [
  "4111111111111111",
  "5500 0055 5555 5559",
  "3782-822463-10005",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
  "AKIAIOSFODNN7EXAMPLE",
  "xoxp-12345678901-abcdef",
  "jane.doe@example.com",
  "GB29 NWBK 6016 1331 9268 19",
  "DE89370400440532013000",
];

/** Beginnings, ends and neighbours of secrets. */
const PIECES: readonly string[] = [
  "password=",
  '"api_key":',
  "Authorization: ",
  "Bearer ",
  "ghp_",
  "github_pat_11ABCDEFG0aBcDeFgHiJkL",
  "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
  "glpat-aB3dE5gHaB3dE5gHaB3d",
  "https://u:p@h",
  "-----BEGIN PRIVATE KEY-----",
  "pwd='x y'",
  "cookie: a",
  'cookie=a="b"; ',
  "token=1",
  "authorization=Basic ",
  "password = ",
  "token =",
  " = ",
  "authorization:[",
  '"token":["a", 1, ',
  'Digest nonce="n", ',
  "4111",
  "-",
];

/** Words that touch no detector, among them look-alikes. */
const word = fc.constantFrom(
  "the",
  "order",
  "was",
  "1763659900000",
  "paid,",
  "é日本",
  "/api/v1/cart",
  "200",
  "a=b",
  "12:30:11",
  '{"msg":"x"}',
  "key",
  "bear",
  "worker-3",
  "0.5",
  "----",
  "::",
  "@",
  "$9.99",
  "\n",
);
const surroundings = fc.array(word, { maxLength: 12 }).map((words) => words.join(" "));

describe("redaction", () => {
  test("takes a secret out wherever it lies, and nothing else", () => {
    const redaction = new Redaction();
    const secret = fc.constantFrom(...SECRETS);
    fc.assert(
      fc.property(surroundings, secret, surroundings, fc.nat(3), (before, value, after, place) => {
        const [left, right] = [`${before} | `, ` | ${after}`];
        const redacted = redaction.redact(left + value + right, place);
        expect(redacted.startsWith(left)).toBe(true);
        expect(redacted.endsWith(right)).toBe(true);
        expect(redacted.slice(left.length, redacted.length - right.length)).toMatch(
          /^\*\*\*.{0,4}$/,
        );
      }),
      { numRuns: 3000 },
    );
  });

  test("finds every secret of a text that has several, across the pieces in which long texts are read", () => {
    const redaction = new Redaction();
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...SECRETS), { minLength: 2, maxLength: 6 }),
        fc.nat(9000),
        (values, gap) => {
          const filler = ".".repeat(gap);
          const redacted = redaction.redact(values.join(` ${filler} `));
          for (const value of values) expect(redacted).not.toContain(value);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("leaves clean text as it is, byte by byte", () => {
    const redaction = new Redaction();
    fc.assert(
      fc.property(surroundings, fc.nat(3), (text, place) => {
        expect(redaction.redact(text, place)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test("does to its own output nothing more", () => {
    const redaction = new Redaction();
    const text = fc.array(fc.oneof(word, fc.constantFrom(...SECRETS)), { maxLength: 12 });
    fc.assert(
      fc.property(text, (words) => {
        const once = redaction.redact(words.join(" "));
        expect(redaction.redact(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });

  test("finds what a look at every byte finds, at every place", () => {
    const quick = new Redaction();
    const slow = new Redaction(undefined, true);
    const piece = fc.oneof(
      word,
      fc.constantFrom(...SECRETS, ...PIECES),
      fc.string({ maxLength: 6 }),
      fc.stringMatching(/^[a-z_=:"' ]{1,8}$/),
    );
    const text = fc
      .tuple(fc.array(piece, { maxLength: 10 }), fc.constantFrom("", " ", ","))
      .map(([pieces, glue]) => pieces.join(glue));
    fc.assert(
      fc.property(text, fc.nat(3), (value, place) => {
        expect(quick.redact(value, place)).toBe(slow.redact(value, place));
      }),
      { numRuns: 10_000 },
    );
  });

  test("survives any bytes", () => {
    const redaction = new Redaction();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        redaction.redact(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("time grows with the text and not faster", () => {
  const order = {
    name: "own",
    find: { kind: "expression", expression: "(a+)+$" },
    action: "mask",
    keepLast: 0,
  } as const;
  test.each([
    ["digits", "4"],
    ["grouped digits", "4111 "],
    ["single digits", "1 "],
    ["dashes", "-"],
    ["at signs", "a@"],
    ["long local parts", `${"a".repeat(60)}@`],
    ["domains", "@a.b-c.d"],
    ["beginnings of tokens", "eyJ"],
    ["beginnings of tokens, with dashes", "-eyJ"],
    ["headers of tokens", "eyJaaaaaaaa.b "],
    ["bearers", "bearer "],
    ["cloud prefixes", "xoxb-"],
    ["assignments", "password="],
    ["schemes", "authorization=basic "],
    ["parameters", "authorization=Digest nonce=1, "],
    ["parameters of one scheme", 'nonce="1", authorization=Digest '],
    ["open parameters", 'authorization=Digest nonce=\\"'],
    ["cookies", "cookie=a; "],
    ["quoted cookies", 'cookie: a="b'],
    ["cookies' backslashes", 'cookie=a=\\\\"'],
    ["lists", '"password":["'],
    ["items", '"token":[1,"a",null,'],
    ["empty items", '"token":["","'],
    ["lists in brackets", "token=["],
    ["signs apart", "password = "],
    ["open quotes", 'password="'],
    ["escapes", 'token":\\"\\'],
    ["URLs", "a://b:"],
    ["keys that never end", "-----BEGIN PRIVATE KEY-----"],
    ["IBANs", "GB29NWBK6016133192681"],
  ])("%s", (_, piece) => {
    const redaction = new Redaction();
    const slope = timeOf(redaction, piece, 1 << 20) / timeOf(redaction, piece, 1 << 18);
    // Linear is 4, quadratic 16.
    expect(slope).toBeLessThan(10);
  });
  test("an expression that explodes elsewhere", () => {
    const redaction = new Redaction([order]);
    const hostile = (length: number) => measure(() => redaction.redact(`${"a".repeat(length)}!`));
    expect(hostile(40_000) / hostile(10_000)).toBeLessThan(10);
  });
});

function timeOf(redaction: Redaction, piece: string, length: number): number {
  const text = piece.repeat(Math.ceil(length / piece.length));
  return measure(() => redaction.redact(text));
}

/** The shortest of several: what the machine does meanwhile only adds. */
function measure(run: () => void): number {
  const times = Array.from({ length: 4 }, () => {
    const started = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(started);
    return user + system;
  });
  return Math.max(Math.min(...times), 200);
}
