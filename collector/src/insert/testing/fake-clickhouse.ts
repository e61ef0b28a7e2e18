/** A server in this process, for tests of when it is asked: it takes every INSERT, or is away, or hangs. */
import { Readable } from "node:stream";
import type { ClickHouseClient } from "@clickhouse/client";
import type { SealedSegment } from "../../contract.ts";

interface Call {
  readonly query: string;
  readonly abort_signal?: AbortSignal;
}

export class FakeClickHouse {
  /** What becomes of whatever is asked from now on. */
  mode: "answers" | "is away" | "hangs" = "answers";
  /** Tables whose INSERTs fail as what they say. */
  readonly refusals = new Map<string, Error>();
  #hanging = Promise.withResolvers<void>();

  get client(): ClickHouseClient {
    const fake = {
      query: async ({ abort_signal: signal }: Call) => {
        await this.#answer(signal);
        return { json: async () => [{ started: 1_000_000, uptime: 1000 }] };
      },
      exec: async ({
        abort_signal: signal,
        query,
        values,
      }: Call & { readonly values: Readable }) => {
        await this.#answer(signal);
        await values.toArray();
        for (const [table, error] of this.refusals) if (query.includes(table)) throw error;
        return { stream: Readable.from([]) };
      },
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of it is called
    return fake as unknown as ClickHouseClient;
  }

  /** What hung is answered. */
  wakeUp(): void {
    this.mode = "answers";
    this.#hanging.resolve();
    this.#hanging = Promise.withResolvers();
  }

  async #answer(signal?: AbortSignal): Promise<void> {
    if (this.mode === "is away") throw new Error("connect ECONNREFUSED");
    if (this.mode !== "hangs") return;
    const cut = Promise.withResolvers<never>();
    signal?.addEventListener("abort", () => cut.reject(new Error("cut")));
    await Promise.race([this.#hanging.promise, cut.promise]);
  }
}

/** @param number its place in the order of age */
export function fakeSegment(number: number, table = "otel_logs"): SealedSegment {
  const id = number.toString(16).padStart(32, "0");
  return {
    id,
    signal: "logs",
    table,
    day: 20_000,
    rows: 1,
    bodyBytes: 1,
    deduplicationToken: `${table}/${id}`,
    columns: ["Body"],
    insertSettings: {},
    inDoubt: false,
    markSent: () => Promise.resolve(),
    async *body() {
      yield Buffer.from("x");
    },
  };
}
