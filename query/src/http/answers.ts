/**
 * Identical questions of many people: one asking for all who wait for it, and its answer kept for a moment. Bounded in time
 * (`answersKeptMs`) and in bytes (`answersKeptMaxBytes`); what fails is not kept.
 */
import type { QueryLimits } from "../options.ts";
import { ClientGone } from "../problem/query-error.ts";
import { KeptAnswers } from "./kept-answers.ts";

/** An answer in the form in which it is sent. */
export interface SharedAnswer {
  /** False when a limit cut it short. */
  readonly complete: boolean;
  /** Bytes that it takes while it is kept. */
  readonly size: number;
}

export interface Answers<A extends SharedAnswer> {
  /**
   * The kept answer to this question, or the one under way, or a new one.
   * @param key equal for questions that have the same answer
   * @param signal of the one who asks; `work` is ended when all who wait for it have left
   * @throws what `work` throws, to all who wait; ClientGone to the one who left
   */
  share(
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<A>,
  ): Promise<{ readonly answer: A; readonly ageMs: number }>;
  counts(): AnswerCounts;
}

export interface AnswerCounts {
  /** Questions that were asked of ClickHouse, that joined one under way, that were answered from what is kept. */
  readonly asked: number;
  readonly joined: number;
  readonly kept: number;
  /** Answers that went before their time, or were never kept, for want of room. */
  readonly evicted: number;
  /** Bytes kept now. */
  readonly bytes: number;
}

interface Asking<A> {
  readonly result: Promise<{ readonly answer: A; readonly startedMs: number }>;
  readonly controller: AbortController;
  waiting: number;
}

/** @param now milliseconds of a clock that only goes forward */
export function createAnswers<A extends SharedAnswer>(
  limits: Pick<QueryLimits, "answersKeptMs" | "answersKeptMaxBytes">,
  now: () => number = () => performance.now(),
): Answers<A> {
  const shelf = new KeptAnswers<A>(limits);
  const underWay = new Map<string, Asking<A>>();
  const counts = { asked: 0, joined: 0, kept: 0 };

  const begin = (key: string, work: (signal: AbortSignal) => Promise<A>): Asking<A> => {
    const controller = new AbortController();
    const run = async () => {
      const startedMs = now();
      try {
        const answer = await work(controller.signal);
        if (underWay.get(key) === asking) shelf.keep(key, answer, startedMs);
        return { answer, startedMs };
      } finally {
        if (underWay.get(key) === asking) underWay.delete(key);
      }
    };
    // Not before the question is known to be under way.
    const result = Promise.resolve().then(run);
    const asking: Asking<A> = { controller, waiting: 0, result };
    // Everybody may have left before it fails.
    asking.result.catch(() => undefined);
    underWay.set(key, asking);
    counts.asked += 1;
    return asking;
  };

  const end = (key: string, asking: Asking<A>): void => {
    if (underWay.get(key) === asking) underWay.delete(key);
    asking.controller.abort();
  };

  return {
    share: async (key, signal, work) => {
      if (signal.aborted) throw new ClientGone("the client left");
      const found = shelf.get(key);
      if (found !== undefined) {
        counts.kept += 1;
        return { answer: found.answer, ageMs: now() - found.startedMs };
      }
      const joined = underWay.get(key);
      if (joined !== undefined) counts.joined += 1;
      const asking = joined ?? begin(key, work);
      const { answer, startedMs } = await wait(asking, signal, () => end(key, asking));
      return { answer, ageMs: now() - startedMs };
    },
    counts: () => ({ ...counts, evicted: shelf.evicted, bytes: shelf.bytes }),
  };
}

/** @param allLeft when the last of those who wait has left */
async function wait<A>(
  asking: Asking<A>,
  signal: AbortSignal,
  allLeft: () => void,
): Promise<Awaited<Asking<A>["result"]>> {
  asking.waiting += 1;
  const left = Promise.withResolvers<never>();
  const leave = (): void => {
    asking.waiting -= 1;
    if (asking.waiting === 0) allLeft();
    left.reject(new ClientGone("the client left"));
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    return await Promise.race([asking.result, left.promise]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
