import type { QueryLimits } from "../options.ts";
import type { SharedAnswer } from "./answers.ts";

interface Entry<A> {
  readonly answer: A;
  readonly startedMs: number;
  readonly timer: NodeJS.Timeout;
}

/** Finished answers, each for `answersKeptMs`, together of at most `answersKeptMaxBytes`. */
export class KeptAnswers<A extends SharedAnswer> {
  readonly #limits: Pick<QueryLimits, "answersKeptMs" | "answersKeptMaxBytes">;
  /** All are kept equally long, so that the first has the least time left. */
  readonly #entries = new Map<string, Entry<A>>();
  #bytes = 0;
  #evicted = 0;

  constructor(limits: Pick<QueryLimits, "answersKeptMs" | "answersKeptMaxBytes">) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Answers that went before their time, or were never kept, for want of room. */
  get evicted(): number {
    return this.#evicted;
  }

  get(key: string): Pick<Entry<A>, "answer" | "startedMs"> | undefined {
    return this.#entries.get(key);
  }

  keep(key: string, answer: A, startedMs: number): void {
    const { answersKeptMs, answersKeptMaxBytes } = this.#limits;
    if (answersKeptMs === 0) return;
    if (answer.size > answersKeptMaxBytes) {
      this.#evicted += 1;
      return;
    }
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes + answer.size <= answersKeptMaxBytes) break;
      this.#forget(oldest);
      this.#evicted += 1;
    }
    const timer = setTimeout(() => this.#forget(key), answersKeptMs);
    timer.unref();
    this.#entries.set(key, { answer, startedMs, timer });
    this.#bytes += answer.size;
  }

  #forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    this.#entries.delete(key);
    this.#bytes -= entry.answer.size;
  }
}
