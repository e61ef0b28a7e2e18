/**
 * One budget for everything that is in flight: whatever arrives, memory stays under `inFlightMaxBytes`
 * plus what an idle collector needs. It only counts; the receivers charge it before they buffer.
 *
 * A client's identity and its own share of the budget belong here too: `open` is called when only the
 * headers are known, before a byte of the body is read.
 */
import type { Admission, AdmissionTicket, Overloaded } from "../contract.ts";
import { LIMIT_SETTINGS, type AdmitLimits } from "../limits.ts";
import type { CollectorMetrics } from "../telemetry/metrics.ts";

export interface AdmissionOptions {
  readonly limits: AdmitLimits;
  readonly metrics: Pick<CollectorMetrics, "inFlightBytes" | "inFlightRequests">;
  /** 0 <= random() < 1; spreads the retries of clients refused together. */
  readonly random?: () => number;
}

export function createAdmission(options: AdmissionOptions): Admission {
  return new Budget(options);
}

class Budget implements Admission {
  readonly #limits: AdmitLimits;
  readonly #metrics: AdmissionOptions["metrics"];
  readonly #random: () => number;
  #bytes = 0;
  #requests = 0;

  constructor(options: AdmissionOptions) {
    this.#limits = options.limits;
    this.#metrics = options.metrics;
    this.#random = options.random ?? Math.random;
  }

  open(bytes: number): AdmissionTicket | Overloaded {
    if (this.#requests >= this.#limits.inFlightMaxRequests) return this.#refuse("requests");
    if (!this.#fits(bytes)) return this.#refuse("bytes");
    this.#add(bytes, 1);
    return this.#ticket(bytes);
  }

  #ticket(firstCharge: number): AdmissionTicket {
    let charged = firstCharge;
    let open = true;
    return {
      kind: "ticket",
      charge: (bytes) => {
        if (!open) return undefined;
        if (!this.#fits(bytes)) return this.#refuse("bytes");
        charged += bytes;
        this.#add(bytes, 0);
        return undefined;
      },
      settle: (bytes) => {
        if (!open || bytes >= charged) return;
        this.#add(bytes - charged, 0);
        charged = bytes;
      },
      close: () => {
        if (!open) return;
        open = false;
        this.#add(-charged, -1);
      },
    };
  }

  #fits(bytes: number): boolean {
    return this.#bytes + bytes <= this.#limits.inFlightMaxBytes;
  }

  #add(bytes: number, requests: number): void {
    this.#bytes += bytes;
    this.#requests += requests;
    this.#metrics.inFlightBytes.set(this.#bytes);
    this.#metrics.inFlightRequests.set(this.#requests);
  }

  #refuse(what: "requests" | "bytes"): Overloaded {
    const { admit } = LIMIT_SETTINGS;
    const message =
      what === "requests"
        ? `${this.#requests} requests are in flight, the most this collector takes (${admit.inFlightMaxRequests.environmentName}).`
        : `${this.#bytes} bytes are in flight and this request does not fit beside them (${admit.inFlightMaxBytes.environmentName} is ${this.#limits.inFlightMaxBytes}).`;
    return {
      kind: "overloaded",
      message: `${message} Send the same request again later.`,
      retryAfterMs: Math.ceil(this.#limits.retryAfterMs * (1 + this.#random())),
    };
  }
}
