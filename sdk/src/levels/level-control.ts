import { propagation, SeverityNumber, type Context } from "@opentelemetry/api";

/** What the collector, or an operator, wants captured of this service. */
export interface WantedLevel {
  /** undefined leaves it to the application's loggers. */
  readonly severityMin: SeverityNumber | undefined;
  /** Whether a request may ask for everything by baggage. */
  readonly requestDebug: boolean;
}

const DEBUG_BAGGAGE = "throughline.debug";

/**
 * Which severities become log records, changeable while the application runs. The application's own output never changes: a
 * lowered level captures lines that its loggers do not print, a raised one leaves out lines that they do.
 */
export class LevelControl {
  /** The process's own setting, which nobody outside takes back. */
  readonly #requestDebug: boolean;
  #wanted: WantedLevel = { severityMin: undefined, requestDebug: false };

  constructor(requestDebug: boolean) {
    this.#requestDebug = requestDebug;
  }

  want(wanted: WantedLevel): void {
    this.#wanted = wanted;
  }

  /** Whether a line the application would print is left out of the records. */
  leavesOut(severity: SeverityNumber | undefined, context: Context): boolean {
    const { severityMin } = this.#wanted;
    if (severityMin === undefined || severity === undefined) return false;
    if (severity === SeverityNumber.UNSPECIFIED || severity >= severityMin) return false;
    return !this.#isDebugged(context);
  }

  /** Whether a line that the application's logger would not print becomes a record all the same. */
  wants(severity: SeverityNumber, context: Context): boolean {
    const { severityMin } = this.#wanted;
    if (severityMin !== undefined && severity >= severityMin) return true;
    return this.#isDebugged(context);
  }

  #isDebugged(context: Context): boolean {
    if (!this.#requestDebug && !this.#wanted.requestDebug) return false;
    const value = propagation.getBaggage(context)?.getEntry(DEBUG_BAGGAGE)?.value;
    return value === "1" || value === "true";
  }
}
