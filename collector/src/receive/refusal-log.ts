/** What was refused lately and why, for people who set up a sender: its own log may not show what it was answered. */
import type { Signal, Transport } from "../contract.ts";
import type { RejectReason } from "../telemetry/metrics.ts";

export interface RefusalNote {
  readonly transport: Transport;
  /** Absent where the request, or the connection, did not get so far as to say. */
  readonly signal?: Signal | undefined;
  readonly reason:
    | RejectReason
    /** The other port's protocol, or TLS. */
    | "wrong_protocol"
    /** A path or a method that takes nothing. */
    | "unknown_path";
  /** What the sender was told, as far as its protocol let us. */
  readonly message: string;
  /** Records refused out of a request that was accepted; absent when the whole request was refused. */
  readonly records?: number;
}

/** Requests that were refused for one reason, since the start of the process. */
export interface RecentRefusal {
  readonly transport: Transport;
  readonly signal: Signal | null;
  readonly reason: RefusalNote["reason"];
  /** Of the newest; at most 1 000 characters. */
  readonly message: string;
  readonly requests: number;
  /** 0 where whole requests were refused. */
  readonly records: number;
  /** Milliseconds since the newest. */
  readonly ageMs: number;
}

interface Counted extends Omit<RecentRefusal, "ageMs"> {
  readonly lastMs: number;
}

const MESSAGE_LENGTH_MAX = 1000;

/**
 * One entry for each transport, signal and reason, with the newest message. These are few words of our own, never a sender's,
 * so nobody can make it grow.
 */
export class RefusalLog {
  readonly #entries = new Map<string, Counted>();
  readonly #clock: () => number;

  /** @param clock milliseconds, of any origin */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  note({ transport, signal, reason, message, records = 0 }: RefusalNote): void {
    const key = `${transport} ${signal ?? ""} ${reason}`;
    const before = this.#entries.get(key);
    // Deleted first, so that the map is in the order of last refusals.
    this.#entries.delete(key);
    this.#entries.set(key, {
      transport,
      signal: signal ?? null,
      reason,
      message: message.slice(0, MESSAGE_LENGTH_MAX),
      requests: (before?.requests ?? 0) + 1,
      records: (before?.records ?? 0) + records,
      lastMs: this.#clock(),
    });
  }

  /** Newest first. */
  recent(): readonly RecentRefusal[] {
    const nowMs = this.#clock();
    return [...this.#entries.values()]
      .toReversed()
      .map(({ lastMs, ...counted }) => ({ ...counted, ageMs: Math.max(0, nowMs - lastMs) }));
  }
}
