import type { Clock } from "../clock.ts";
import type { SealedSegment } from "../contract.ts";
import type { SpoolLimits } from "../limits.ts";
import type { OpenSegment } from "./open-segment.ts";

export interface SealByAgeOptions {
  readonly clock: Clock;
  readonly limits: SpoolLimits;
  readonly isServerAway: () => boolean;
}

/** Of `segmentRowsMax`: a segment that holds as much when it is `segmentAgeMs` old is worth waiting for. */
const FILLS_FAST_SHARE = 1 / 20;

/**
 * When a segment is sealed that is not full.
 *
 * While one of its table and day is under way, sealing another would only make more and smaller files and, later, parts: with
 * ClickHouse away the open one fills up instead. So does one that fills fast, for a while: what merging a row costs goes by
 * how many parts it comes from. But neither a backlog of full ones nor one that is refused again and again may hide what arrives now.
 */
export class SealByAge {
  readonly #options: SealByAgeOptions;
  /** When those were found due that still wait. */
  readonly #dueAtMs = new Map<string, number>();

  constructor(options: SealByAgeOptions) {
    this.#options = options;
  }

  /** @param waiting segments that ClickHouse does not have yet */
  isDue(
    { id, openedAtMs, rows, description }: OpenSegment,
    waiting: Iterable<Pick<SealedSegment, "id" | "table" | "day">>,
  ): boolean {
    const { clock, limits, isServerAway } = this.#options;
    const now = clock.monotonicMs();
    const ageMs = now - openedAtMs;
    if (ageMs < limits.segmentAgeMs) return false;
    const fillsFast = rows >= limits.segmentRowsMax * FILLS_FAST_SHARE;
    if (fillsFast && ageMs < limits.segmentBusyAgeMs) return false;
    const isAway = isServerAway();
    for (const other of waiting) {
      if (other.table !== description.table || other.day !== description.day) continue;
      const dueAtMs = this.#dueAtMs.get(other.id) ?? -Infinity;
      if (isAway || now - dueAtMs < limits.segmentBehindMs) return false;
    }
    this.#dueAtMs.set(id, now);
    return true;
  }

  /** It waits no more. */
  forget(id: string): void {
    this.#dueAtMs.delete(id);
  }
}
