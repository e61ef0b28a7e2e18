import { parseTypedDuration } from "../../lib/attributes.ts";
import { endMs, type Heat } from "./heat.ts";
import { type HeatSelection, snap } from "./selection.ts";

/** As typed; an empty field is no bound. */
export interface TypedSelection {
  /** Local date and time, `2026-11-20T14:05:00`. */
  readonly from: string;
  readonly to: string;
  /** `100ms`, `1.5s`. */
  readonly min: string;
  readonly max: string;
}

/** @returns whole cells around what was typed, or why it cannot be selected */
export function readTypedSelection(typed: TypedSelection, heat: Heat): HeatSelection | string {
  const moment = (text: string, otherwise: number) =>
    text.trim() === "" ? otherwise : Date.parse(text);
  const fromMs = moment(typed.from, heat.fromMs);
  const toMs = moment(typed.to, endMs(heat));
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return "That is no date and time.";
  if (fromMs >= toMs) return "The end must be after the start.";
  const bound = (text: string, otherwise: bigint) =>
    text.trim() === "" ? otherwise : parseTypedDuration(text);
  const min = bound(typed.min, 0n);
  const max = bound(typed.max, BigInt(heat.bands.at(-1)?.toNs ?? 0));
  if (min === undefined || max === undefined) return "A duration is written as 250ms, 1.5s or 2m.";
  if (min >= max) return "The longest must be more than the shortest.";
  return (
    snap(heat, { fromMs, toMs, minNs: Number(min), maxNs: Number(max) }) ??
    "Nothing of the heatmap lies there."
  );
}

/** A moment as a field of date and time takes it, in the reader's time zone. */
export function localDateTime(ms: number): string {
  const offsetMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offsetMs).toISOString().slice(0, 19);
}
