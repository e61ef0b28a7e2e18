/* oxlint-disable typescript/no-non-null-assertion -- positions are inside the text by construction */
/**
 * Secrets that have a form of their own. Each function looks at one place of a text and says where the secret that
 * begins there ends, or -1. None looks further than the secret reaches, so a text is passed over in linear time.
 */
import { isAlphanumeric, isDigit } from "./card-number.ts";

/** A text in memory: [start, end). */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

const JWT_PART_BYTES_MIN = 8;

/**
 * `eyJ…` is how base64 writes `{"`: header, dot, payload and, where it was not cut off, signature.
 * @returns the end; where there is none, -1 - q: nor does one begin before q
 */
export function jwtEnd(bytes: Uint8Array, p: number, text: TextRange): number {
  if (!startsWith(bytes, p, text.end, "eyJ")) return -1;
  const header = tokenEnd(bytes, p, text.end);
  const none = -1 - header;
  if (header - p < JWT_PART_BYTES_MIN || bytes[header] !== DOT || header >= text.end) return none;
  const payload = tokenEnd(bytes, header + 1, text.end);
  if (payload - header <= JWT_PART_BYTES_MIN) return none;
  if (payload >= text.end || bytes[payload] !== DOT) return payload;
  return tokenEnd(bytes, payload + 1, text.end);
}

const DOT = 0x2e;
const BEARER_BYTES_MIN = 8;
const UNDIGITED_BYTES_MIN = 16;

/**
 * The token behind the word Bearer, in any case. Prose says "bearer authentication failed" too: a token has a digit,
 * or mixes cases and is long.
 * @returns start and end of the token, undefined if there is none
 */
export function bearerToken(
  bytes: Uint8Array,
  p: number,
  text: TextRange,
): { readonly start: number; readonly end: number } | undefined {
  if (!startsWithLetters(bytes, p, text.end, "bearer")) return undefined;
  let start = p + 6;
  while (start < text.end && bytes[start] === 0x20) start++;
  if (start === p + 6) return undefined;
  let end = start;
  while (end < text.end && isBearerByte(bytes[end]!)) end++;
  return looksRandom(bytes, { start, end }) ? { start, end } : undefined;
}

function looksRandom(bytes: Uint8Array, token: TextRange): boolean {
  const length = token.end - token.start;
  if (length < BEARER_BYTES_MIN) return false;
  let hasDigit = false;
  let hasUpper = false;
  let hasLower = false;
  for (let p = token.start; p < token.end; p++) {
    const byte = bytes[p]!;
    if (isDigit(byte)) hasDigit = true;
    // A capital letter at the beginning is how a sentence goes on.
    else if (byte >= 0x41 && byte <= 0x5a) hasUpper ||= p > token.start;
    else if (byte >= 0x61 && byte <= 0x7a) hasLower = true;
  }
  return hasDigit || (hasUpper && hasLower && length >= UNDIGITED_BYTES_MIN);
}

interface CloudKey {
  readonly prefix: string;
  /** Two bytes of the prefix, to be quick about what it is not. */
  readonly first: number;
  readonly third: number;
  /** Where in the prefix the rarer pairs are: "rk" and "it" are in many words, "k_" and "b_" in few. */
  readonly triggerAt: number;
  readonly bytesMin: number;
  readonly bytesMax: number;
  readonly alphabet: (byte: number) => boolean;
}

/** Where it is not at the beginning. */
const RARE_PAIRS: ReadonlyMap<string, number> = new Map([
  ["sk_live_", 1],
  ["rk_live_", 1],
  ["github_pat_", 5],
]);

const UNBOUNDED = Infinity;

/** Prefixes by which the providers themselves search for leaked keys; lengths are of what follows. */
export const CLOUD_KEYS: readonly CloudKey[] = [
  ...["AKIA", "ASIA"].map((prefix) => cloudKey(prefix, 16, 16, isUpperOrDigit)), // Amazon
  cloudKey("AIza", 35, 35, isTokenByte), // Google
  cloudKey("ya29.", 20, UNBOUNDED, isTokenByte), // Google OAuth
  ...["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map((prefix) =>
    cloudKey(prefix, 36, UNBOUNDED, isAlphanumeric),
  ), // GitHub
  cloudKey("github_pat_", 22, UNBOUNDED, isTokenByte),
  cloudKey("glpat-", 20, UNBOUNDED, isTokenByte), // GitLab
  ...["xoxb-", "xoxa-", "xoxp-", "xoxr-", "xoxs-", "xoxe-"].map((prefix) =>
    cloudKey(prefix, 10, UNBOUNDED, isTokenByte),
  ), // Slack
  cloudKey("sk_live_", 16, UNBOUNDED, isAlphanumeric), // Stripe
  cloudKey("rk_live_", 16, UNBOUNDED, isAlphanumeric),
  cloudKey("npm_", 36, 36, isAlphanumeric),
];

// oxlint-disable-next-line max-params -- one row of a table, read as a row
function cloudKey(
  prefix: string,
  bytesMin: number,
  bytesMax: number,
  alphabet: CloudKey["alphabet"],
): CloudKey {
  const first = prefix.charCodeAt(0);
  const third = prefix.charCodeAt(2);
  const triggerAt = RARE_PAIRS.get(prefix) ?? 0;
  return { prefix, first, third, triggerAt, bytesMin, bytesMax, alphabet };
}

export function cloudKeyEnd(bytes: Uint8Array, p: number, text: TextRange): number {
  for (const key of CLOUD_KEYS) {
    if (bytes[p] !== key.first || bytes[p + 2] !== key.third) continue;
    if (!startsWith(bytes, p, text.end, key.prefix)) continue;
    if (p > text.start && isAlphanumeric(bytes[p - 1]!)) return -1;
    const start = p + key.prefix.length;
    let end = start;
    while (end < text.end && end - start <= key.bytesMax && key.alphabet(bytes[end]!)) end++;
    const length = end - start;
    return length >= key.bytesMin && length <= key.bytesMax ? end : -1;
  }
  return -1;
}

const LABEL_BYTES_MAX = 40;

/** A PEM block from its `BEGIN … PRIVATE KEY` at p to its end, or to the end of a text that was cut off before. */
export function privateKeyEnd(bytes: Uint8Array, p: number, text: TextRange): number {
  if (!startsWith(bytes, p, text.end, "BEGIN ")) return -1;
  if (p - 5 < text.start || !startsWith(bytes, p - 5, text.end, "-----")) return -1;
  const label = find(bytes, { start: p, end: Math.min(text.end, p + LABEL_BYTES_MAX) }, "-----");
  if (label < 0 || !startsWith(bytes, label - 11, text.end, "PRIVATE KEY")) return -1;
  const end = find(bytes, { start: label + 5, end: text.end }, "-----END ");
  if (end < 0) return text.end;
  const close = find(bytes, { start: end + 9, end: text.end }, "-----");
  return close < 0 ? text.end : close + 5;
}

/**
 * The password in `scheme://user:password@host`, whose `://` begins at p. As in `new URL`, the last `@` ends it: passwords
 * have one, and so do users that are mail addresses.
 * @returns start and end of the password, undefined if there is none
 */
export function urlPassword(
  bytes: Uint8Array,
  p: number,
  text: TextRange,
): { readonly start: number; readonly end: number } | undefined {
  if (!startsWith(bytes, p, text.end, "://")) return undefined;
  const end = Math.min(text.end, p + USERINFO_BYTES_MAX);
  let colon = -1;
  let at = -1;
  for (let q = p + 3; q < end; q++) {
    const byte = bytes[q]!;
    if (byte === 0x40) at = q;
    else if (byte === 0x3a && colon < 0) colon = q;
    else if (byte <= 0x20 || ENDS_AUTHORITY.includes(byte)) break;
  }
  return colon < 0 || at <= colon + 1 ? undefined : { start: colon + 1, end: at };
}

const USERINFO_BYTES_MAX = 512;
/** `/ ? # " ' < > ,` */
const ENDS_AUTHORITY = [0x2f, 0x3f, 0x23, 0x22, 0x27, 0x3c, 0x3e, 0x2c];

const LOCAL_BYTES_MAX = 64;
const DOMAIN_BYTES_MAX = 255;

/**
 * The address around the @ at p.
 * @returns its start and end, undefined if it is none
 */
// oxlint-disable-next-line complexity -- each condition rules one thing out, in one loop
export function emailAround(
  bytes: Uint8Array,
  p: number,
  text: TextRange,
): { readonly start: number; readonly end: number } | undefined {
  if (bytes[p] !== 0x40) return undefined;
  let start = p;
  while (start > text.start && p - start < LOCAL_BYTES_MAX && isLocalByte(bytes[start - 1]!))
    start--;
  while (start < p && !isAlphanumeric(bytes[start]!)) start++;
  if (start === p) return undefined;
  let end = p + 1;
  let labelStart = end;
  let lastDot = -1;
  for (; end < text.end && end - p < DOMAIN_BYTES_MAX; end++) {
    const byte = bytes[end]!;
    if (byte === DOT) {
      if (end === labelStart || end + 1 >= text.end || !isAlphanumeric(bytes[end + 1]!)) break;
      lastDot = end;
      labelStart = end + 1;
    } else if (!isAlphanumeric(byte) && byte !== 0x2d) break;
  }
  return lastDot > p + 1 && end - lastDot > 2 ? { start, end } : undefined;
}

function isLocalByte(byte: number): boolean {
  return isAlphanumeric(byte) || LOCAL_MARKS.includes(byte);
}

/** `. _ % + -` */
const LOCAL_MARKS = [0x2e, 0x5f, 0x25, 0x2b, 0x2d];

function tokenEnd(bytes: Uint8Array, p: number, end: number): number {
  while (p < end && isTokenByte(bytes[p]!)) p++;
  return p;
}

/** base64url */
function isTokenByte(byte: number): boolean {
  return isAlphanumeric(byte) || byte === 0x2d || byte === 0x5f;
}

function isBearerByte(byte: number): boolean {
  return isTokenByte(byte) || [0x2e, 0x7e, 0x2b, 0x2f, 0x3d].includes(byte);
}

function isUpperOrDigit(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x5a);
}

// oxlint-disable-next-line max-params -- a place and what is expected there
function startsWith(bytes: Uint8Array, p: number, end: number, expected: string): boolean {
  if (p + expected.length > end) return false;
  for (let i = 0; i < expected.length; i++) {
    if (bytes[p + i] !== expected.charCodeAt(i)) return false;
  }
  return true;
}

// oxlint-disable-next-line max-params -- a place and what is expected there
function startsWithLetters(bytes: Uint8Array, p: number, end: number, lower: string): boolean {
  if (p + lower.length > end) return false;
  for (let i = 0; i < lower.length; i++) {
    if ((bytes[p + i]! | 0x20) !== lower.charCodeAt(i)) return false;
  }
  return true;
}

function find(bytes: Uint8Array, within: TextRange, wanted: string): number {
  for (let p = within.start; p + wanted.length <= within.end; p++) {
    if (startsWith(bytes, p, within.end, wanted)) return p;
  }
  return -1;
}
