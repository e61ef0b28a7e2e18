import type { ExportOutcome } from "./outcome.ts";

/** Tells a person about trouble with the collector, each kind of trouble once in the life of the process. */
export class DeliveryReport {
  readonly #warn: (line: string) => void;
  readonly #told = new Set<string>();

  constructor(warn: (line: string) => void) {
    this.#warn = warn;
  }

  outcome(address: string, outcome: ExportOutcome): void {
    switch (outcome.kind) {
      case "delivered":
        return;
      case "unavailable":
        this.#once(
          "unavailable",
          `cannot reach the collector at ${address} (${outcome.reason}); telemetry waits in a bounded queue, the application is not affected`,
        );
        return;
      case "refused":
        this.#once("refused", `the collector at ${address} refused telemetry: ${outcome.reason}`);
        return;
    }
  }

  #once(kind: string, line: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#warn(line);
  }
}
