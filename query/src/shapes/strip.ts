/** A trace as a strip of few pieces, for the mini-waterfall of a list. */
import type { TraceStrip } from "../wire.ts";
import { SHAPE_LIMITS } from "./limits.ts";

/** Spans by position, in any order. */
export interface StripSpans {
  /** Nanoseconds since the trace's start. */
  readonly startNs: Float64Array;
  readonly durationNs: Float64Array;
  readonly serviceOf: (position: number) => string;
  readonly isError: (position: number) => boolean;
}

interface Piece {
  readonly service: string;
  readonly fromNs: number;
  toNs: number;
  isError: boolean;
}

/**
 * Pure: what a service did without a pause is one piece, failed when one of its spans in there failed. Of more than
 * `stripPiecesMax` the failed and then the longest are kept.
 * @returns pieces by start, longest first of those that start together
 */
export function cutStrip(spans: StripSpans): TraceStrip {
  const pieces = joinTouching(spans);
  const lengthNs = pieces.reduce((last, { toNs }) => Math.max(last, toNs), 0);
  return pieces
    .toSorted(
      (a, b) => Number(b.isError) - Number(a.isError) || b.toNs - b.fromNs - (a.toNs - a.fromNs),
    )
    .slice(0, SHAPE_LIMITS.stripPiecesMax)
    .toSorted((a, b) => a.fromNs - b.fromNs || b.toNs - a.toNs)
    .map(({ service, fromNs, toNs, isError }) => {
      // A trace of no length is drawn whole.
      const start = lengthNs === 0 ? 0 : fraction(fromNs / lengthNs);
      const end = lengthNs === 0 ? 1 : fraction(toNs / lengthNs);
      return { service, startFraction: start, widthFraction: fraction(end - start), isError };
    });
}

function joinTouching(spans: StripSpans): readonly Piece[] {
  const order = Array.from(spans.startNs.keys()).toSorted(
    (a, b) => (spans.startNs[a] ?? 0) - (spans.startNs[b] ?? 0),
  );
  const pieces: Piece[] = [];
  const open = new Map<string, Piece>();
  for (const position of order) {
    const service = spans.serviceOf(position);
    const fromNs = spans.startNs[position] ?? 0;
    const toNs = fromNs + (spans.durationNs[position] ?? 0);
    const isError = spans.isError(position);
    const last = open.get(service);
    if (last !== undefined && fromNs <= last.toNs) {
      last.toNs = Math.max(last.toNs, toNs);
      last.isError ||= isError;
      continue;
    }
    const piece = { service, fromNs, toNs, isError };
    open.set(service, piece);
    pieces.push(piece);
  }
  return pieces;
}

/** Four digits are finer than any pixel of a list. */
function fraction(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
