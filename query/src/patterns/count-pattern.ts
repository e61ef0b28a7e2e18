import { Type } from "typebox";
import { addCosts, rowDecoder } from "../clickhouse/ask.ts";
import type { Condition } from "../filter/condition.ts";
import { resolveFilter } from "../filter/resolve.ts";
import { refuse } from "../http/parse-query.ts";
import { type LogFilters, logWhere } from "../search/filters.ts";
import { type TimeRange, both, inTime } from "../search/time-range.ts";
import { compose, loadSql } from "../sql/sql.ts";
import type { LogPatternCount } from "../wire.ts";
import type { PatternReading } from "./read-lines.ts";
import { parseTemplate, printTemplate, templateFilter, templateQuery } from "./template.ts";

const SQL = loadSql("patterns.sql", ["count"]);

const countRows = rowDecoder(
  Type.Object({ records: Type.String(), first: Type.String(), last: Type.String() }),
);

/** Every log like the template, counted. */
export async function countPattern(
  { searcher, signal, costs }: PatternReading,
  question: {
    readonly filters: LogFilters;
    readonly range: TimeRange;
    readonly pattern: string;
  },
): Promise<LogPatternCount> {
  const started = performance.now();
  const template = parseTemplate(question.pattern);
  const where = logWhere(withCondition(question.filters, toCondition(question.pattern)));
  const { conditions, params } = both(inTime(question.range), where);
  const answer = await searcher.asker.ask({
    sql: compose(SQL.count, conditions),
    params,
    rows: countRows,
    signal,
  });
  costs.push(answer.cost);
  const [row] = answer.rows;
  const records = Number(row?.records ?? 0);
  return {
    template: printTemplate(template),
    q: templateQuery(template),
    records,
    ...(row === undefined || records === 0
      ? {}
      : { firstUnixNano: row.first, lastUnixNano: row.last }),
    meta: { elapsedMs: performance.now() - started, ...addCosts(costs), complete: true },
  };
}

/** @throws QueryError `invalid_parameter` when the template is larger than a filter may be */
export function toCondition(pattern: string): Condition {
  const resolved = resolveFilter(templateFilter(parseTemplate(pattern)), "logs");
  if (resolved.kind === "condition") return resolved.condition;
  throw refuse(
    "pattern",
    pattern,
    `a template of GET /api/logs/patterns: ${resolved.error.message} Expected ${resolved.error.expected}`,
  );
}

function withCondition(filters: LogFilters, condition: Condition): LogFilters {
  const joined: Condition =
    filters.condition === undefined
      ? condition
      : { kind: "and", of: [filters.condition, condition] };
  return { ...filters, condition: joined };
}
