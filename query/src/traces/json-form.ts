/** Both halves of a trace as whole records. */
import type { Answer, Question } from "../clickhouse/ask.ts";
import { clamp } from "../search/time-range.ts";
import { type Sql, type Where, compose, loadSql } from "../sql/sql.ts";
import type { LogRecord } from "../wire.ts";
import { type SpanRow, logRows, spanRows } from "./rows.ts";
import type { Lookup, Part, TraceForm } from "./trace-lookup.ts";

const SQL = loadSql("trace.sql", ["spans", "first-spans", "logs"]);
const TRACES_SQL = loadSql("traces.sql", ["kept-first"]);
const LOGS_SQL = loadSql("logs.sql", ["columns"]);

export const JSON_FORM: TraceForm<readonly SpanRow[], readonly LogRecord[]> = {
  spans: async (when, lookup) => {
    const { traceSpansMax } = lookup.reader.limits;
    const all = await askSpans(when, lookup, {});
    // Then the first of them are wanted, and only ClickHouse has all.
    const isPart = all.cut || all.rows.length > traceSpansMax;
    const answer = isPart ? await askSpans(when, lookup, FIRST_SPANS) : all;
    const ends = answer.rows.map(endOf);
    const last = ends.reduce((latest, end) => (end > latest ? end : latest), 0n);
    return part(answer, { lookup, name: "spans", rowsMax: traceSpansMax, first: 0n, last });
  },
  logs: async (when, lookup) => {
    const { traceLogsMax } = lookup.reader.limits;
    const fragments = { "log-columns": LOGS_SQL.columns };
    const statement = { sql: SQL.logs, fragments };
    const question = {
      ...asked(statement, when, lookup, traceLogsMax),
      rows: logRows,
      mayBeCut: true,
    };
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

/** Fragments for the first spans by their start, where there are more than the limit. */
export const FIRST_SPANS = {
  order: compose(SQL["first-spans"], [], { "kept-first": TRACES_SQL["kept-first"] }),
};

async function askSpans(
  when: Where,
  lookup: Lookup,
  fragments: Readonly<Record<string, Sql>>,
): Promise<Answer<SpanRow>> {
  const statement = { sql: SQL.spans, fragments };
  const question = asked(statement, when, lookup, lookup.reader.limits.traceSpansMax);
  const answer = await lookup.reader.asker.ask({ ...question, rows: spanRows, mayBeCut: true });
  lookup.costs.push(answer.cost);
  return answer;
}

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
