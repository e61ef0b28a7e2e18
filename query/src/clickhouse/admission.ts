import { ClientGone, QueryError } from "../problem/query-error.ts";
import type { QueryLimits } from "../options.ts";
import { followerOf } from "./follower-of.ts";

/**
 * How many API requests ask ClickHouse at once. More wait in order of arrival; when too many wait, or one waits too
 * long, it is refused with `overloaded`, so that a flood costs an answer and not the memory of a queue.
 */
export interface Admission {
  /**
   * Runs `work` in its turn.
   * @param work gets a signal that aborts with the given one, and when it has failed: what it asked at the same time would go
   *   on in nobody's turn
   * @throws QueryError `overloaded`, ClientGone when the signal ends the wait
   */
  run<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  counts(): { readonly running: number; readonly waiting: number; readonly refused: number };
}

interface Waiter {
  readonly admit: () => void;
}

export function createAdmission(limits: QueryLimits): Admission {
  const waiting = new Set<Waiter>();
  let running = 0;
  let refused = 0;

  const enter = async (signal: AbortSignal): Promise<void> => {
    if (signal.aborted) throw new ClientGone("the client left");
    if (running < limits.requestsConcurrentMax) {
      running += 1;
      return;
    }
    if (waiting.size >= limits.requestsWaitingMax) {
      refused += 1;
      throw overloaded(`${waiting.size} requests wait already (requestsWaitingMax)`);
    }
    await new Promise<void>((resolve, reject) => {
      const settle = (done: () => void): void => {
        waiting.delete(waiter);
        clearTimeout(timer);
        signal.removeEventListener("abort", leave);
        done();
      };
      const leave = (): void => settle(() => reject(new ClientGone("the client left")));
      const waiter: Waiter = { admit: () => settle(resolve) };
      const timer = setTimeout(() => {
        refused += 1;
        settle(() => reject(overloaded(`waited ${limits.requestWaitMs} ms (requestWaitMs)`)));
      }, limits.requestWaitMs);
      signal.addEventListener("abort", leave, { once: true });
      waiting.add(waiter);
    });
  };

  /** The place goes straight to the next in line, so nobody overtakes. */
  const leave = (): void => {
    const next = waiting.values().next();
    if (next.done === true) running -= 1;
    else next.value.admit();
  };

  return {
    run: async (signal, work) => {
      await enter(signal);
      const working = followerOf(signal);
      try {
        return await work(working.signal);
      } catch (error) {
        working.abort();
        throw error;
      } finally {
        leave();
      }
    },
    counts: () => ({ running, waiting: waiting.size, refused }),
  };
}

function overloaded(why: string): QueryError {
  return new QueryError("overloaded", `The query service is busy: ${why}. Ask again in a second.`, {
    retryAfterSeconds: 1,
  });
}
