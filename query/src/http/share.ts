/** Answers of rollups: asked once for all who ask the same, and sent as the bytes that were made of it then. */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Meta } from "../wire.ts";
import type { SharedAnswer } from "./answers.ts";
import { type RouteContext, signalOf } from "./serve.ts";

/** Of brotli's levels the one that costs about as much as gzip's default. */
export const BROTLI_QUALITY = 4;
/** Below, compressing does not pay. */
export const COMPRESS_FROM_BYTES = 1_024;

const ENCODERS = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, {
      params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
    }),
  gzip: (body: Buffer) => promisify(gzip)(body),
} as const;
type Encoding = keyof typeof ENCODERS;

/** JSON, and what it is compressed, which is done when the first one asks for it so. */
export interface JsonAnswer extends SharedAnswer {
  readonly body: Buffer;
  readonly encoded: Map<Encoding, Promise<Buffer>>;
}

/**
 * As `admitted`, for a question that others ask in the same words: `work` runs once for all of them, in its turn, and its
 * answer is kept for `answersKeptMs`. `meta.asOfUnixNano` says as of when it is, and the header `age` for how many seconds.
 */
export async function shared<T extends { readonly meta: Meta }>(
  context: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<Buffer> {
  reply.header("cache-control", "no-store");
  const { answer, ageMs } = await context.answers.share(keyOf(request), signalOf(reply), (signal) =>
    context.admission.run(signal, async (working) => {
      const asOfUnixNano = String(context.now());
      const { meta, ...rest } = await work(working);
      return toJsonAnswer({ ...rest, meta: { ...meta, asOfUnixNano } });
    }),
  );
  reply.type("application/json; charset=utf-8").header("age", Math.floor(ageMs / 1_000));
  if (!answer.complete) reply.header("throughline-complete", "false");
  if (answer.body.length < COMPRESS_FROM_BYTES) return answer.body;
  reply.header("vary", varyAlso(reply.getHeader("vary")));
  const encoding = encodingOf(request.headers["accept-encoding"]);
  if (encoding === undefined) return answer.body;
  reply.header("content-encoding", encoding);
  return encoded(answer, encoding);
}

/** Pure: the same for every way to write a question; `now` stays a word. */
export function keyOf(request: Pick<FastifyRequest, "params" | "query" | "routeOptions">): string {
  return JSON.stringify([
    request.routeOptions.url,
    entriesOf(request.params),
    entriesOf(request.query),
  ]);
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === "object" && value !== null
    ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    : [];
}

/** Answers also differ by what else was said to make a difference, such as the origin of a page. */
export function varyAlso(known: number | string | readonly string[] | undefined): string {
  return known === undefined ? "accept-encoding" : `${String(known)}, accept-encoding`;
}

/** Of these the best that the client takes. */
export function encodingOf(accepted: string | undefined): Encoding | undefined {
  const names = (accepted ?? "")
    .toLowerCase()
    .split(",")
    .map((each) => each.trim())
    .filter((each) => !/;\s*q=0(?:\.0*)?$/.test(each))
    .map((each) => each.split(";")[0]);
  if (names.includes("br")) return "br";
  return names.includes("gzip") || names.includes("*") ? "gzip" : undefined;
}

function toJsonAnswer(value: { readonly meta: Meta }): JsonAnswer {
  const body = Buffer.from(JSON.stringify(value));
  // Compressed it is a fraction of itself, once for each encoding.
  return { body, encoded: new Map(), size: body.length * 2, complete: value.meta.complete };
}

function encoded({ body, encoded: known }: JsonAnswer, encoding: Encoding): Promise<Buffer> {
  const found = known.get(encoding) ?? ENCODERS[encoding](body);
  known.set(encoding, found);
  return found;
}
