/** Logs as they are stored, kept in a ring: the newest first, the oldest forgotten. */
import type { LogRecord, Problem, TailedLogs } from "@throughline/query/wire";
import { useEffect, useState } from "react";
import { ApiError, apiUrl, ask } from "../api/client.ts";

/** Lines that are kept. */
export const TAIL_KEPT = 10_000;
/** A page that nobody looks at stops listening; the browser gives it no frames anyway. */
const HIDDEN_MS = 30_000;

export interface Tail {
  /** Newest first, at most TAIL_KEPT. */
  readonly logs: readonly LogRecord[];
  /** Lines since the tail began, those that were left out included. */
  readonly came: number;
  /** Lines that matched and were not sent, because more came than a tail gives. */
  readonly dropped: number;
  readonly state: "connecting" | "live" | "hidden" | "failed";
  /** Why it failed; the question is not asked again by itself. */
  readonly problem: string | undefined;
}

const EMPTY: Tail = { logs: [], came: 0, dropped: 0, state: "connecting", problem: undefined };

/** @returns undefined while it is not on */
export function useTail(q: string, isOn: boolean): Tail | undefined {
  const [tail, setTail] = useState<Tail>();
  useEffect(() => {
    if (!isOn) return undefined;
    const listener = new TailListener(q, setTail);
    listener.listen();
    return () => {
      listener.stop();
      setTail(undefined);
    };
  }, [q, isOn]);
  return isOn ? (tail ?? EMPTY) : undefined;
}

class TailListener {
  readonly #q: string;
  readonly #show: (tail: Tail) => void;
  readonly #stopping = new AbortController();
  #tail = EMPTY;
  #source: EventSource | undefined;
  #after = "";
  #hiding: ReturnType<typeof setTimeout> | undefined;

  constructor(q: string, show: (tail: Tail) => void) {
    this.#q = q;
    this.#show = show;
  }

  listen(): void {
    document.addEventListener("visibilitychange", this.#onVisibility, {
      signal: this.#stopping.signal,
    });
    this.#open();
  }

  stop(): void {
    this.#stopping.abort();
    clearTimeout(this.#hiding);
    this.#source?.close();
  }

  #open(): void {
    const source = new EventSource(this.#url());
    this.#source = source;
    source.addEventListener("start", (event) => {
      this.#after = event.lastEventId;
      this.#update({ state: "live", problem: undefined });
    });
    source.addEventListener("logs", ({ data, lastEventId }) =>
      this.#take(String(data), lastEventId),
    );
    // Told once, while ClickHouse cannot be asked; `start` comes when it can.
    source.addEventListener("problem", ({ data }) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service serializes with this schema
      const { detail } = JSON.parse(String(data)) as Problem;
      this.#update({ problem: detail });
    });
    source.addEventListener("error", () => {
      // A connection that broke is opened again by the browser; one that was refused is not.
      if (source.readyState === EventSource.CLOSED) void this.#explain();
      else this.#update({ state: "connecting" });
    });
  }

  #url(): string {
    return apiUrl("/api/logs/tail", { q: this.#q, after: this.#after });
  }

  #take(data: string, id: string): void {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service serializes with this schema
    const { logs, dropped } = JSON.parse(data) as TailedLogs;
    this.#after = id;
    this.#update({
      logs: logs.toReversed().concat(this.#tail.logs).slice(0, TAIL_KEPT),
      came: this.#tail.came + logs.length + dropped,
      dropped: this.#tail.dropped + dropped,
      state: "live",
    });
  }

  /** An EventSource does not say why it was refused: the same is asked once more, for the answer. */
  async #explain(): Promise<void> {
    const asking = new AbortController();
    try {
      await ask(this.#url(), AbortSignal.any([asking.signal, this.#stopping.signal]));
      asking.abort();
      this.#open();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      const problem = error instanceof ApiError ? error.message : String(error);
      this.#update({ state: "failed", problem });
    }
  }

  #onVisibility = (): void => {
    clearTimeout(this.#hiding);
    if (document.visibilityState === "hidden") {
      this.#hiding = setTimeout(() => {
        this.#source?.close();
        this.#update({ state: "hidden" });
      }, HIDDEN_MS);
    } else if (this.#tail.state === "hidden") {
      this.#update({ state: "connecting" });
      this.#open();
    }
  };

  #update(change: Partial<Tail>): void {
    if (this.#stopping.signal.aborted) return;
    this.#tail = { ...this.#tail, ...change };
    this.#show(this.#tail);
  }
}
