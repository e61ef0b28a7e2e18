import type { Trace } from "../wire.ts";

/** Characters; a piece is sent once it has this many. */
const PIECE_LEAST = 256 * 1024;

/**
 * A trace as JSON in pieces: 100 000 spans are 80 MB, and to write them at once stops everybody else for the second
 * that it takes; written so, nobody waits longer than for one piece.
 */
export function* traceToJson({ spans, ...rest }: Trace): Generator<string> {
  let piece = '{"spans":[';
  let isFirst = true;
  for (const span of spans) {
    piece += `${isFirst ? "" : ","}${JSON.stringify(span)}`;
    isFirst = false;
    if (piece.length < PIECE_LEAST) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}],${JSON.stringify(rest).slice(1)}`;
}
