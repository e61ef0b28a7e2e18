/**
 * Goal: what the search passes over has nothing that must be redacted, so that looking only where it points changes nothing.
 * Method: requests of every legal form with secrets in them, through two encoders of which one looks at every text; secrets at
 * every place around the ends of the pieces in which a request is searched.
 */
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { EncodeResult, Signal } from "../../contract.ts";
import { sampleLogs } from "../../encode/bench/sample-requests.ts";
import { createEncoder } from "../../encode/encoder.ts";
import { Arena } from "../../encode/memory/arena.ts";
import {
  messageArbitrary,
  RECEIVED_AT,
  wireBytes,
  type WireField,
} from "../../encode/testing/wire-arbitrary.ts";
import { REQUEST_MESSAGES } from "../../otlp/messages.ts";
import { PROCESS_TOOLS } from "../../rules/process-tools.ts";
import { keyEndings } from "../attribute-rewriter.ts";
import { DEFAULT_RULES } from "../default-rules.ts";
import type { Detector } from "../rule-set.ts";
import { assembleSearch } from "../testing/assemble-search.ts";
import { keyEndTable } from "./key-ends.ts";
import { SEARCHED_DETECTORS } from "./literal-sets.ts";
import { SECRET_SEARCH_MODULE } from "./secret-search-module.ts";
import { isSearchable, SecretSearch } from "./secret-search.ts";

/** FUZZ_RUNS=100000 for a long look. A failure prints its seed. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 300);

test("the module is what its text says", async () => {
  const text = readFileSync(new URL("secret-search.wat", import.meta.url), "utf8");
  const assembled = Buffer.from(await assembleSearch(text));
  expect(assembled.toString("base64")).toBe(SECRET_SEARCH_MODULE);
});

test("detectors that it does not know have every text looked at", () => {
  expect(isSearchable(new Set(["card", "jwt"]))).toBe(true);
  expect(isSearchable(new Set<Detector>(["card", "email"]))).toBe(false);
  expect(isSearchable(new Set<Detector>(["iban"]))).toBe(false);
});

const SECRETS: readonly string[] = [
  "4111111111111111",
  "5500 0055 5555 5559",
  "3782-822463-10005",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
  "BeaRer abcdefgh1234567",
  "AKIAIOSFODNN7EXAMPLE",
  "ASIAIOSFODNN7EXAMPLE",
  `AIza${"a1".repeat(17)}b`,
  "ya29.aaaaaaaaaaaaaaaaaaaaa",
  ...["p", "o", "u", "s", "r"].map((kind) => `gh${kind}_${"aB3".repeat(12)}`),
  "github_pat_11ABCDEFG0aBcDeFgHiJkL",
  "glpat-aB3dE5gHaB3dE5gHaB3d",
  "xoxp-12345678901-abcdef",
  "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
  "rk_live_4eC39HqLyjWDarjtT1zdp7dc",
  `npm_${"aB3".repeat(12)}`,
  "-----BEGIN PRIVATE KEY----- x -----END PRIVATE KEY-----",
  "https://u:secret@host/",
  "password=hunter2",
  '{"api_key": "abc"}',
  '"{\\"accessToken\\":\\"abc\\"}"',
  "Authorization: Basic abc",
  "cookie: a=b",
  "authorization=Basic abc",
  'password = "abc"',
  "secret = abc",
  '{"password":["abc","def"]}',
  "Cookie:[a=b; c=d]",
  "pwd='x y'",
];
const KEYS = ["password", "db.password", "x-api-key", "token"];
const CARD = 4_111_111_111_111_111n;

/** Puts a secret, or a key that has one, in the place of some texts, and card numbers in the place of some integers. */
function withSecrets(fields: readonly WireField[], picks: () => number): WireField[] {
  return fields.map((field) => {
    const pick = picks();
    if (field.wire === "message") return { ...field, fields: withSecrets(field.fields, picks) };
    if (field.wire === "varint" && field.value > 1000n && pick % 4 === 0) {
      return { ...field, value: CARD };
    }
    // Ids have 8 and 16 bytes: a record without one is refused, and says nothing.
    if (field.wire !== "bytes" || field.value.length % 8 === 0 || pick % 2 === 0) return field;
    const texts = pick % 3 === 0 ? KEYS : SECRETS;
    return { ...field, value: Buffer.from(texts[pick % texts.length] ?? "", "utf8") };
  });
}

const NEVER = "no text has this in it, and each is looked at for it";
const EVERY_TEXT = {
  ...DEFAULT_RULES,
  redactions: [
    ...DEFAULT_RULES.redactions,
    {
      name: "never",
      find: { kind: "expression", expression: NEVER },
      action: "mask",
      keepLast: 0,
    },
  ],
} as const;

const options = { hashSeed: 7, tools: PROCESS_TOOLS };

function bytesOf({ blocks, ...rest }: EncodeResult): unknown {
  return [
    rest,
    blocks.map(({ bytes, ...block }) => [block, Buffer.from(bytes).toString("latin1")]),
  ];
}

describe.each<Signal>(["logs", "traces", "metrics"])("%s", (signal) => {
  test("are stored alike whether each text is looked at or only those that were pointed at", () => {
    const searching = createEncoder({ ...options, rules: DEFAULT_RULES });
    const looking = createEncoder({ ...options, rules: EVERY_TEXT });
    const request = fc
      .tuple(messageArbitrary(REQUEST_MESSAGES[signal]), fc.infiniteStream(fc.nat(1000)))
      .map(([fields, picks]) => wireBytes(withSecrets(fields, () => picks.next().value)));
    let redacted = 0;
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 3 }), (bodies) => {
        const requests = bodies.map((body) => ({ signal, encoding: "protobuf", body }) as const);
        const found = searching.encode(requests, RECEIVED_AT);
        expect(bytesOf(found)).toEqual(bytesOf(looking.encode(requests, RECEIVED_AT)));
        redacted += found.redacted?.length ?? 0;
      }),
      { numRuns: RUNS },
    );
    expect(redacted).toBeGreaterThan(RUNS / 10);
  });
});

const LETTERS = "abcdefg uvw";

function fill(arena: Arena, length: number): number {
  const start = arena.allocate(length + 16);
  for (let i = 0; i < length; i++) arena.bytes[start + i] = LETTERS.charCodeAt(i % LETTERS.length);
  return start;
}

function openSearch(arena: Arena): SecretSearch {
  const keyEnds = keyEndTable(keyEndings(DEFAULT_RULES));
  return new SecretSearch(arena, { detectors: SEARCHED_DETECTORS, keyEnds });
}

describe("at the ends of pieces", () => {
  const arena = new Arena(1 << 20);
  const search = openSearch(arena);
  /** The AnyValue of the integer. */
  const cardAsInt = Buffer.from("1880b0b1fbb78c8707", "hex");
  const secrets = [...SECRETS.map((secret) => Buffer.from(secret)), cardAsInt];

  test("a secret is found at every place, in the record that has it and in no other", () => {
    const length = 3 * 65_536;
    arena.reset();
    const start = fill(arena, length);
    for (const secret of secrets) {
      for (const piece of [0, 65_536, 2 * 65_536, length]) {
        for (let before = -80; before <= 80; before++) {
          const at = start + piece + before;
          if (at < start || at + secret.length > start + length) continue;
          const saved = arena.bytes.slice(at, at + secret.length);
          arena.bytes.set(secret, at);
          search.begin(start, start + length);
          // Neighbours some bytes apart: nearer ones share a look.
          const clean = search.mayHold(start, Math.max(start, at - 32));
          const holds = search.mayHold(at, at + secret.length);
          const after = Math.min(at + secret.length + 32, start + length);
          const cleanAfter = search.mayHold(after, start + length);
          arena.bytes.set(saved, at);
          expect([clean, holds, cleanAfter], `${secret.toString()} at ${at - start}`).toEqual([
            false,
            true,
            false,
          ]);
        }
      }
    }
  });

  test("more backslashes before a key's quote than are at hand are no reason to pass over it", () => {
    arena.reset();
    const start = fill(arena, 70_000);
    const text = Buffer.from(`password${"\\".repeat(500)}":x`);
    const at = start + 65_536 - text.length + 2;
    arena.bytes.set(text, at);
    search.begin(start, start + 70_000);
    expect(search.mayHold(at, at + text.length)).toBe(true);
  });
});

test("records that come in another order, or from elsewhere, are looked at", () => {
  const arena = new Arena(1 << 16);
  const search = openSearch(arena);
  const start = fill(arena, 1000);
  search.begin(start, start + 1000);
  expect(search.mayHold(start + 500, start + 600)).toBe(false);
  expect(search.mayHold(start + 100, start + 200)).toBe(true);
  expect(search.mayHold(start + 600, start + 1001)).toBe(true);
  search.begin(start, start + 1000);
  expect(search.mayHold(start + 100, start + 200)).toBe(false);
});

test("of records as services send them, few are looked at", () => {
  const arena = new Arena(1 << 20);
  const search = openSearch(arena);
  const body = sampleLogs(1000, 1);
  const start = arena.allocate(body.length + 64);
  arena.bytes.set(body, start);
  search.begin(start, start + body.length);
  const step = Math.floor(body.length / 1000);
  let looks = 0;
  for (let i = 0; i < 1000; i++) {
    if (search.mayHold(start + i * step, start + (i + 1) * step)) looks++;
  }
  expect(looks).toBeLessThan(60);
});
