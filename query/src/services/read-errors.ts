/** Failed spans of a service, grouped by their exception or message. */
import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { both, inTime } from "../search/time-range.ts";
import { compose } from "../sql/sql.ts";
import type { ServiceErrors } from "../wire.ts";
import { SERVICE_SQL, type ServiceQuestion, spanWhere } from "./red-question.ts";

const GROUPS_MAX = 100;

const errorRows = rowDecoder(
  Type.Object({
    type: Type.String(),
    pattern: Type.String(),
    newestMessage: Type.String(),
    operation: Type.String(),
    spans: Type.String(),
    firstUnixNano: Type.String(),
    lastUnixNano: Type.String(),
    traceId: Type.String(),
    spanId: Type.String(),
    spansGrouped: Type.String(),
  }),
);

export type ErrorsQuestion = Omit<ServiceQuestion, "bucketsMax" | "compare" | "status">;

export async function readErrors(
  searcher: Searcher,
  question: ErrorsQuestion,
  signal: AbortSignal,
): Promise<ServiceErrors> {
  const started = performance.now();
  const { kind } = question;
  const spansMax = searcher.limits.errorSpansMax;
  const where = both(
    inTime(question.range),
    spanWhere({ ...question, compare: undefined, status: undefined }),
    {
      conditions: kind === undefined ? [] : [SERVICE_SQL["by-kind"]],
      params: kind === undefined ? {} : { kinds: [kind] },
    },
  );
  const answer = await searcher.asker.ask({
    sql: compose(SERVICE_SQL.errors, where.conditions),
    params: {
      ...where.params,
      service: question.service,
      spans_max: spansMax,
      limit: GROUPS_MAX,
    },
    rows: errorRows,
    signal,
  });
  const spansGrouped = Number(answer.rows[0]?.spansGrouped ?? 0);
  const reason = whyIncomplete(spansGrouped, spansMax, answer.rows.length);
  return {
    groups: answer.rows.map((row) => ({
      type: row.type,
      pattern: row.pattern,
      message: row.newestMessage,
      operation: row.operation,
      count: Number(row.spans),
      firstUnixNano: row.firstUnixNano,
      lastUnixNano: row.lastUnixNano,
      traceId: row.traceId,
      spanId: row.spanId,
    })),
    spansGrouped,
    meta: {
      elapsedMs: performance.now() - started,
      rowsRead: answer.cost.rowsRead,
      bytesRead: answer.cost.bytesRead,
      complete: reason === undefined,
      ...(reason === undefined ? {} : { reason }),
    },
  };
}

function whyIncomplete(grouped: number, spansMax: number, groups: number): string | undefined {
  if (grouped >= spansMax) {
    return `Only the newest ${spansMax} failed spans were grouped (errorSpansMax); narrow the time range.`;
  }
  if (groups === GROUPS_MAX) return `Only the ${GROUPS_MAX} most frequent errors are listed.`;
  return undefined;
}
