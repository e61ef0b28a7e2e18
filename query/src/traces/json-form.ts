/** Both halves of a trace as whole records. */
import type { Answer, Question } from "../clickhouse/ask.ts";
import { clamp } from "../search/time-range.ts";
import { type Sql, type Where, compose, loadSql } from "../sql/sql.ts";
import type { LogRecord } from "../wire.ts";
import { type SpanRow, logRows, spanRows } from "./rows.ts";
import type { Lookup, Part, TraceForm } from "./trace-lookup.ts";

const SQL = loadSql("trace.sql", ["spans", "logs"]);
const LOGS_SQL = loadSql("logs.sql", ["columns"]);

export const JSON_FORM: TraceForm<readonly SpanRow[], readonly LogRecord[]> = {
  spans: async (when, lookup) => {
    const { traceSpansMax } = lookup.reader.limits;
    const question = { ...asked({ sql: SQL.spans }, when, lookup, traceSpansMax), rows: spanRows };
    const answer = await lookup.reader.asker.ask(question);
    lookup.costs.push(answer.cost);
    const ends = answer.rows.map(endOf);
    const last = ends.reduce((latest, end) => (end > latest ? end : latest), 0n);
    return part(answer, { lookup, name: "spans", rowsMax: traceSpansMax, first: 0n, last });
  },
  logs: async (when, lookup) => {
    const { traceLogsMax } = lookup.reader.limits;
    const fragments = { "log-columns": LOGS_SQL.columns };
    const statement = { sql: SQL.logs, fragments };
    const question = { ...asked(statement, when, lookup, traceLogsMax), rows: logRows };
    const answer = await lookup.reader.asker.ask(question);
    lookup.costs.push(answer.cost);
    const first = BigInt(answer.rows[0]?.timeUnixNano ?? 0);
    const last = BigInt(answer.rows.at(-1)?.timeUnixNano ?? 0);
    return part(answer, { lookup, name: "logs", rowsMax: traceLogsMax, first, last });
  },
  join: (earlier, later) => [...earlier, ...later],
  noSpans: [],
  noLogs: [],
};

/** A statement over one trace, asked for one row more than is wanted. */
export function asked(
  statement: Statement,
  when: Where,
  lookup: Lookup,
  rowsMax: number,
): Omit<Question<never>, "rows"> {
  return {
    sql: compose(statement.sql, when.conditions, statement.fragments),
    params: { ...when.params, trace_id: lookup.traceId, limit: rowsMax + 1 },
    signal: lookup.signal,
    // Its granules are found by the id; that of times would be looked at for every one of the hours around the trace.
    withoutTimeIndex: true,
    fewGranules: true,
  };
}

interface Statement {
  readonly sql: Sql;
  readonly fragments?: Readonly<Record<string, Sql>>;
}

interface About {
  readonly lookup: Lookup;
  readonly name: "spans" | "logs";
  readonly rowsMax: number;
  readonly first: bigint;
  readonly last: bigint;
}

function part<T>(answer: Answer<T>, about: About): Part<readonly T[]> {
  const { lookup, name, rowsMax, first, last } = about;
  const cut: string[] = [];
  if (answer.rows.length > rowsMax) cut.push(tooMany(name, rowsMax, `trace${capital(name)}Max`));
  if (answer.cut) {
    const { queryResultBytes } = lookup.reader.limits;
    cut.push(
      `The ${name} are more than ${queryResultBytes} bytes; the first are here (queryResultBytes).`,
    );
  }
  const value = answer.rows.length > rowsMax ? answer.rows.slice(0, rowsMax) : answer.rows;
  return { value, count: value.length, first, last, cut };
}

export function tooMany(name: string, rowsMax: number, option: string): string {
  return `The trace has more than ${rowsMax} ${name}; the first ${rowsMax} are here (${option}).`;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function endOf(span: SpanRow): bigint {
  return clamp(BigInt(span.startTimeUnixNano) + BigInt(span.durationNano));
}
