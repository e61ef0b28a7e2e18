import {
  isSpanContextValid,
  SeverityNumber,
  trace,
  TraceFlags,
  type Context,
} from "@opentelemetry/api";
import type { LevelControl } from "./level-control.ts";

/** Records that were not made, by reason. */
export interface GateCounters {
  /** Below the level that was asked for from outside. */
  readonly belowLevel: number;
  /** Of a trace that is not sampled. */
  readonly unsampled: number;
}

/** Decides before a record is built whether it is worth building. */
export class LogGate {
  readonly #levels: LevelControl;
  readonly #followsSampling: boolean;
  #counters = { belowLevel: 0, unsampled: 0 };

  constructor(levels: LevelControl, followsSampling: boolean) {
    this.#levels = levels;
    this.#followsSampling = followsSampling;
  }

  get counters(): GateCounters {
    return { ...this.#counters };
  }

  admits(severity: SeverityNumber | undefined, context: Context): boolean {
    if (this.#levels.leavesOut(severity, context)) {
      this.#counters.belowLevel++;
      return false;
    }
    if (this.#followsSampling && isUnsampled(severity, context)) {
      this.#counters.unsampled++;
      return false;
    }
    return true;
  }
}

/** Warnings and errors are kept whatever the sampler said, and so is what belongs to no trace. */
function isUnsampled(severity: SeverityNumber | undefined, context: Context): boolean {
  if ((severity ?? SeverityNumber.INFO) >= SeverityNumber.WARN) return false;
  const span = trace.getSpanContext(context);
  if (span === undefined || !isSpanContextValid(span)) return false;
  return (span.traceFlags & TraceFlags.SAMPLED) === 0;
}
