import type { TimeRange } from "../lib/time-range.ts";
import { patchSearch, rangePatch } from "../lib/url-state.ts";

/**
 * A statement in the URL: as it is in `sql`, which a link can write at once, or deflated in `sqlz`, which the page makes
 * of it when it is long. Browsers deflate only asynchronously, so links to the page are always the plain kind.
 */

/** Statements longer than this, in characters, are deflated by the page. */
export const PLAIN_SQL_MAX_LENGTH = 800;

/** @returns the link that opens a statement on the SQL page, where it is run at once in the same time range */
export function sqlHref(sql: string, range: TimeRange): string {
  const search = patchSearch("", { ...rangePatch(range), sql });
  return search === "" ? "/sql" : `/sql?${search}`;
}

/** The parameters that hold a statement; one of them is undefined, so that patching the URL removes the other. */
export async function sqlPatch(
  sql: string,
): Promise<{ readonly sql: string | undefined; readonly sqlz: string | undefined }> {
  if (sql.length <= PLAIN_SQL_MAX_LENGTH) return { sql, sqlz: undefined };
  return { sql: undefined, sqlz: await deflateText(sql) };
}

/** @returns what of a query string says the statement: the same as long as that does not change */
export function statementSearch(search: string): string {
  const params = new URLSearchParams(search);
  return patchSearch("", {
    sql: params.get("sql") ?? undefined,
    sqlz: params.get("sqlz") ?? undefined,
  });
}

/** @returns the statement of a URL, empty when there is none; undefined when it cannot be read, being cut or damaged */
export async function readSql(search: string): Promise<string | undefined> {
  const params = new URLSearchParams(search);
  const deflated = params.get("sqlz");
  if (deflated === null) return params.get("sql") ?? "";
  return inflateText(deflated).catch(() => undefined);
}

async function deflateText(text: string): Promise<string> {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

async function inflateText(text: string): Promise<string> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  const inflated = await through(bytes, new DecompressionStream("deflate-raw"));
  return new TextDecoder("utf-8", { fatal: true }).decode(inflated);
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const piped = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}
