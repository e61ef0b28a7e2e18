import type { Trace } from "../wire.ts";

/** Characters; a piece is sent once it has this many. */
const PIECE_LEAST = 256 * 1024;

/**
 * A trace as JSON in pieces, span by span and log by log: 100 000 spans are 80 MB, and to write them at once stops everybody
 * else for the second that it takes; written so, nobody waits longer than for one piece, and no text of the whole is made.
 */
export function* traceToJson(trace: Trace): Generator<string> {
  let piece = "";
  for (const text of texts(trace)) {
    piece += text;
    if (piece.length < PIECE_LEAST) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}

function* texts({ spans, logs, ...rest }: Trace): Generator<string> {
  yield '{"spans":[';
  let separator = "";
  for (const { logs: inside, ...span } of spans) {
    yield `${separator}${JSON.stringify(span).slice(0, -1)},"logs":[`;
    yield* listed(inside);
    yield "]}";
    separator = ",";
  }
  yield '],"logs":[';
  yield* listed(logs);
  yield `],${JSON.stringify(rest).slice(1)}`;
}

function* listed(logs: Trace["logs"]): Generator<string> {
  let separator = "";
  for (const log of logs) {
    yield `${separator}${JSON.stringify(log)}`;
    separator = ",";
  }
}
