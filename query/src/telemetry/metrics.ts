/**
 * Every number the query service tells about itself, created once and passed in; no global registry.
 *
 * Labels have few values, whatever is asked: endpoints are those of `ENDPOINTS` (and `web`, `health`, `unknown`), outcomes the
 * codes of the problem catalog (and `ok`, `cut`, `left`).
 */
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Admission } from "../clickhouse/admission.ts";
import type { AnswerCounts } from "../http/answers.ts";
import { registerProcessMetrics } from "./process-metrics.ts";

const PREFIX = "throughline_query_";

/** From what an id lookup takes to what `searchTimeMs` allows. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 20, 30];

export interface QueryMetrics {
  /** For `GET /metrics`; holds everything below and the process's own numbers. */
  readonly registry: Registry;
  readonly requests: Counter<"endpoint" | "outcome">;
  /** From the request's head read to its answer sent; also of answers that are refusals. */
  readonly requestSeconds: Histogram<"endpoint">;
  readonly clickhouseQueries: Counter<"outcome">;
  readonly clickhouseSeconds: Histogram;
  readonly clickhouseRowsRead: Counter;
  readonly clickhouseBytesRead: Counter;
  /** Exports that failed after their first byte, so that their client got less than all. */
  readonly exportsBroken: Counter;
  /** Live tails that a client listens to now. */
  readonly tailsOpen: Gauge;
  /** Rows that a live tail did not send because its client, or the tail itself, was too slow. */
  readonly tailDroppedRows: Counter;
}

/** What is counted where it happens and only read here. */
export interface MetricSources {
  readonly admission: Pick<Admission, "counts">;
  readonly answers: { counts(): AnswerCounts };
}

export function createQueryMetrics({ admission, answers }: MetricSources): QueryMetrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ) => new Counter({ name: PREFIX + name, help, labelNames, registers });
  const histogram = <L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[] = [],
  ) => new Histogram({ name: PREFIX + name, help, labelNames, registers, buckets: SECONDS });
  registerAdmission(registry, admission);
  registerAnswers(registry, answers);
  registerProcessMetrics(registry, PREFIX);
  return {
    registry,
    requests: counter(
      "requests_total",
      "Requests by endpoint and outcome: ok, cut (a limit shortened the answer), left (the client), or the problem's code.",
      ["endpoint", "outcome"],
    ),
    requestSeconds: histogram("request_seconds", "From the request to its answer sent.", [
      "endpoint",
    ]),
    clickhouseQueries: counter(
      "clickhouse_queries_total",
      "Queries to ClickHouse by outcome: ok, cut (queryResultBytes), left (the client), or the problem's code.",
      ["outcome"],
    ),
    clickhouseSeconds: histogram("clickhouse_seconds", "One query to ClickHouse, rows included."),
    clickhouseRowsRead: counter("clickhouse_rows_read_total", "Rows that ClickHouse read."),
    clickhouseBytesRead: counter("clickhouse_bytes_read_total", "Bytes that ClickHouse read."),
    exportsBroken: counter("exports_broken_total", "Exports that failed after their first byte."),
    tailsOpen: new Gauge({
      name: `${PREFIX}tails_open`,
      help: "Live tails that a client listens to.",
      registers,
    }),
    tailDroppedRows: counter(
      "tail_dropped_rows_total",
      "Rows that live tails did not send because their client was too slow.",
    ),
  };
}

function registerAdmission(registry: Registry, admission: Pick<Admission, "counts">): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number): void => {
    void new Gauge({
      name: PREFIX + name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge("asking_requests", "Requests that ask ClickHouse now.", () => admission.counts().running);
  gauge("waiting_requests", "Requests in line.", () => admission.counts().waiting);
  void new Counter({
    name: `${PREFIX}overloaded_requests_total`,
    help: "Requests that found the line full, or waited in it for too long.",
    registers,
    collect() {
      this.reset();
      this.inc(admission.counts().refused);
    },
  });
}

function registerAnswers(registry: Registry, answers: MetricSources["answers"]): void {
  const registers = [registry];
  void new Counter({
    name: `${PREFIX}shared_answers_total`,
    help: "Answers of rollups: asked of ClickHouse, joined to one that was under way, or kept from a moment ago.",
    labelNames: ["source"],
    registers,
    collect() {
      const { asked, joined, kept } = answers.counts();
      this.reset();
      this.inc({ source: "asked" }, asked);
      this.inc({ source: "joined" }, joined);
      this.inc({ source: "kept" }, kept);
    },
  });
  void new Counter({
    name: `${PREFIX}kept_answers_evicted_total`,
    help: "Answers that were not kept as long as they may be, for want of room.",
    registers,
    collect() {
      this.reset();
      this.inc(answers.counts().evicted);
    },
  });
  void new Gauge({
    name: `${PREFIX}kept_answers_bytes`,
    help: "Bytes of answers that are kept.",
    registers,
    collect() {
      this.set(answers.counts().bytes);
    },
  });
}
