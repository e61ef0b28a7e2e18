/**
 * Where a page ended, opaque to the client: base64url of JSON. It carries the time range that `now` meant on the
 * first page, and a digest of the filters, so that it cannot continue another search.
 */
import { createHash } from "node:crypto";
import { Type, type Static, type TSchema } from "typebox";
import { Compile } from "typebox/compile";
import { QueryError } from "../problem/query-error.ts";
import { WINDOW_STEP_MAX } from "../search/windows.ts";

const UNIX_NANO = Type.String({ pattern: "^[0-9]{1,19}$" });

/** Fields that every cursor has. */
const COMMON = {
  v: Type.Literal(1),
  /** Digest of the filters. */
  q: Type.String(),
  from: UNIX_NANO,
  to: UNIX_NANO,
  /** How wide a window the search goes on with. */
  w: Type.Integer({ minimum: 0, maximum: WINDOW_STEP_MAX }),
};

/** The page ended before the trace whose first match is at `t` with this id, in order (time, id) descending. */
export const TraceCursor = Type.Object({
  ...COMMON,
  t: UNIX_NANO,
  id: Type.String({ maxLength: 64 }),
});
export type TraceCursor = Static<typeof TraceCursor>;

/** The page ended before the trace of this length with this id, in order (length, id) descending, of those since `c`. */
export const LongestCursor = Type.Object({
  ...COMMON,
  d: Type.String({ pattern: "^[0-9]{1,20}$" }),
  id: Type.String({ maxLength: 64 }),
  c: UNIX_NANO,
});
export type LongestCursor = Static<typeof LongestCursor>;

/** The page ended after `n` rows with this time and row hash, in order (time, hash) descending. */
export const LogCursor = Type.Object({
  ...COMMON,
  t: UNIX_NANO,
  h: Type.String({ pattern: "^[0-9]{1,20}$" }),
  n: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
});
export type LogCursor = Static<typeof LogCursor>;

export interface CursorCodec<T> {
  readonly encode: (cursor: T) => string;
  /** @throws QueryError `invalid_cursor` when it is not one of ours or belongs to other filters */
  readonly decode: (text: string, filtersDigest: string) => T;
}

export const traceCursors = codec(TraceCursor);
export const longestCursors = codec(LongestCursor);
export const logCursors = codec(LogCursor);

function codec<const S extends TSchema>(schema: S): CursorCodec<Static<S>> {
  const validator = Compile(schema);
  return {
    encode: (cursor) => Buffer.from(JSON.stringify(cursor)).toString("base64url"),
    decode: (text, filtersDigest) => {
      const parsed = parseJson(Buffer.from(text, "base64url").toString("utf8"));
      if (!validator.Check(parsed)) throw refused("it is not one that this service gave");
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked in the line above
      const cursor = parsed as Static<S> & Static<typeof Filters>;
      if (cursor.q !== filtersDigest) throw refused("it was given for other filters");
      return cursor;
    },
  };
}

const Filters = Type.Object(COMMON);

/** @param filters what was asked, without range, cursor and limit */
export function digestFilters(filters: unknown): string {
  return createHash("sha256").update(JSON.stringify(filters)).digest("base64url").slice(0, 16);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(why: string): QueryError {
  return new QueryError(
    "invalid_cursor",
    `The parameter cursor cannot be used: ${why}. Give nextCursor back unchanged with the same filters, or leave it out.`,
  );
}
