/** The numbers of Jaeger's "Monitor" page, from the per-minute rollups: rates, error rates and latencies by step. */
import { Type, type Static } from "typebox";
import { rowDecoder } from "../../clickhouse/ask.ts";
import { refuse } from "../../http/parse-query.ts";
import { NANOS_PER_MILLISECOND } from "../../params/nanos.ts";
import type { Searcher } from "../../search/searcher.ts";
import { loadSql } from "../../sql/sql.ts";
import type { QueryValues } from "../query-values.ts";
import { wholeMinutes } from "../read-names.ts";

const SQL = loadSql("compat.sql", ["rates"]);

/** The rollups' width; a smaller step would have gaps. */
export const STEP_MIN_MS = 60_000;
const HOUR_MS = 3_600_000;
const LOOKBACK_MAX_MS = 90 * 24 * HOUR_MS;
const SERVICES_MAX = 100;
const ROWS_MAX = 200_000;
/** Those that the statement asks of the digests, in its order. */
const QUANTILES = [0.5, 0.75, 0.9, 0.95, 0.99] as const;
const KINDS = ["Server", "Client", "Internal", "Producer", "Consumer", "Unspecified"] as const;

export const METRICS = ["latencies", "calls", "errors"] as const;
export type MetricName = (typeof METRICS)[number];

export interface MetricQuestion {
  readonly services: readonly string[];
  readonly kinds: readonly string[];
  readonly byOperation: boolean;
  readonly fromNano: bigint;
  readonly toNano: bigint;
  /** A multiple of a minute. */
  readonly stepSeconds: number;
  readonly metric: MetricName;
  /** Of latencies. */
  readonly quantile: number;
}

interface Metric {
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly metricPoints: {
    readonly gaugeValue: { readonly doubleValue: number };
    readonly timestamp: string;
  }[];
}

/** Jaeger's `MetricFamily`. */
export interface MetricFamily {
  readonly name: string;
  readonly type: "GAUGE";
  readonly help: string;
  readonly metrics: readonly Metric[];
}

const RateSchema = Type.Object({
  endSeconds: Type.Number(),
  service: Type.String(),
  operation: Type.String(),
  calls: Type.String(),
  errors: Type.String(),
  quantiles: Type.Array(Type.String()),
});
const rateRows = rowDecoder(RateSchema);

/** @throws QueryError `invalid_parameter` */
export function readMetricQuestion(
  metric: MetricName,
  values: QueryValues,
  now: bigint,
): MetricQuestion {
  const services = values.texts("service");
  if (services.length === 0 || services.length > SERVICES_MAX) {
    throw refuse("service", "", `at least one service, at most ${SERVICES_MAX}`);
  }
  values.unsupported("the rollups have no tags", "tag");
  const toNano = values.nanos(NANOS_PER_MILLISECOND, "endTs") ?? now;
  const lookbackMs = values.whole(LOOKBACK_MAX_MS, "lookback") ?? HOUR_MS;
  const stepMs = values.whole(LOOKBACK_MAX_MS, "step") ?? STEP_MIN_MS;
  const fromNano = toNano - BigInt(lookbackMs) * NANOS_PER_MILLISECOND;
  return {
    services,
    kinds: readKinds(values.texts("spanKind")),
    byOperation: values.flag("groupByOperation") ?? false,
    fromNano: fromNano < 0n ? 0n : fromNano,
    toNano,
    stepSeconds: Math.max(1, Math.ceil(stepMs / STEP_MIN_MS)) * 60,
    metric,
    quantile: metric === "latencies" ? readQuantile(values) : 0,
  };
}

export async function readMetric(
  searcher: Searcher,
  question: MetricQuestion,
  signal: AbortSignal,
): Promise<{ readonly family: MetricFamily; readonly missing: readonly string[] }> {
  const answer = await searcher.asker.ask({
    sql: SQL.rates,
    params: {
      ...wholeMinutes({ from: question.fromNano, to: question.toNano }),
      services: question.services,
      kinds: question.kinds,
      by_operation: question.byOperation ? 1 : 0,
      step_seconds: question.stepSeconds,
      limit: ROWS_MAX + 1,
    },
    rows: rateRows,
    signal,
  });
  const isCut = answer.rows.length > ROWS_MAX;
  return {
    family: toFamily(question, answer.rows.slice(0, ROWS_MAX)),
    missing: isCut ? [`There are more points; the first ${ROWS_MAX} are here.`] : [],
  };
}

type RateRow = Static<typeof RateSchema>;

/** @param rows by service, operation and time */
function toFamily(question: MetricQuestion, rows: readonly RateRow[]): MetricFamily {
  const metrics = new Map<string, Metric>();
  for (const row of rows) {
    const key = JSON.stringify([row.service, row.operation]);
    let metric = metrics.get(key);
    if (metric === undefined) {
      const labels = [{ name: "service_name", value: row.service }];
      if (question.byOperation) labels.unshift({ name: "operation", value: row.operation });
      metric = { labels, metricPoints: [] };
      metrics.set(key, metric);
    }
    metric.metricPoints.push({
      gaugeValue: { doubleValue: valueOf(question, row) },
      timestamp: new Date(row.endSeconds * 1_000).toISOString(),
    });
  }
  const { name, help } = NAMES[question.metric](question);
  const grouped = question.byOperation ? "service & operation" : "service";
  return {
    name: `service_${question.byOperation ? "operation_" : ""}${name}`,
    type: "GAUGE",
    help: `${help}, grouped by ${grouped}`,
    metrics: [...metrics.values()],
  };
}

const NAMES: Readonly<
  Record<MetricName, (question: MetricQuestion) => { readonly name: string; readonly help: string }>
> = {
  latencies: ({ quantile }) => ({ name: "latencies", help: `${quantile}th quantile latency` }),
  calls: () => ({ name: "call_rate", help: "calls/sec" }),
  errors: () => ({
    name: "error_rate",
    help: "error rate, computed as a fraction of errors/sec over calls/sec",
  }),
};

function valueOf(question: MetricQuestion, row: RateRow): number {
  const calls = Number(row.calls);
  switch (question.metric) {
    case "calls":
      return calls / question.stepSeconds;
    case "errors":
      return calls === 0 ? 0 : Number(row.errors) / calls;
    case "latencies": {
      // Milliseconds, as Jaeger has them.
      const at = QUANTILES.findIndex((level) => level === question.quantile);
      return Number(row.quantiles[at] ?? 0) / 1_000_000;
    }
  }
}

function readQuantile(values: QueryValues): number {
  const text = values.text("quantile") ?? "";
  const asked = Number(text);
  const level = QUANTILES.find((each) => each === asked);
  if (text === "" || level === undefined) {
    throw refuse("quantile", text, `one of ${QUANTILES.join(", ")}`);
  }
  return level;
}

/** `server` of the UI, `SPAN_KIND_SERVER` of the API's definition; default: served calls. */
function readKinds(given: readonly string[]): readonly string[] {
  const kinds = given.length === 0 ? ["server"] : given;
  return kinds.flatMap((text) => {
    const name = text.toLowerCase().replace(/^span_kind_/, "");
    const kind = KINDS.find((each) => each.toLowerCase() === name);
    if (kind === undefined) {
      throw refuse("spanKind", text, KINDS.map((each) => each.toLowerCase()).join(", "));
    }
    return kind === "Unspecified" ? [kind, ""] : [kind];
  });
}
