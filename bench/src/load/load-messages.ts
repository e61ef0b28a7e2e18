import type { LoadSignal } from "./request-template.ts";

/** What a load process is started with, as JSON in its first argument. */
export interface LoadPlan {
  /** `host:port` */
  readonly address: string;
  readonly transport: "grpc" | "http";
  readonly signal: LoadSignal;
  readonly recordsPerRequest: number;
  /** Requests under way at once, at most. */
  readonly concurrency: number;
  /** Records per second; 0 sends as fast as answers come. */
  readonly rate: number;
  readonly durationMs: number;
  /** Sent before, at the same rate, and not counted: compilers and caches warm up. */
  readonly warmupMs: number;
  /** Distinct bodies; times and trace ids are new in every request anyway. */
  readonly templates: number;
}

/** What it reports: that it is ready; that it is warm and counts from now on; totals about once a second; all at its end. */
export interface LoadReport {
  readonly kind: "ready" | "warm" | "progress" | "done";
  /** Since it was warm; so are all other totals. */
  readonly acceptedRecords: number;
  /** Before that. */
  readonly warmupRecords: number;
  readonly acceptedRequests: number;
  readonly acceptedBytes: number;
  readonly refusedRequests: number;
  readonly failedRequests: number;
  /** From the first byte sent to the whole answer, in ms, ascending; `done` only. */
  readonly ackMs: readonly number[];
  /** From the moment the request was due: what waited for a free place counts too; `done` only. */
  readonly dueMs: readonly number[];
}
