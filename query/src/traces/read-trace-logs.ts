/** The logs of a trace, each with what a line shows of it; whole ones are asked for one by one. */
import { longs, texts } from "../clickhouse/columns-of.ts";
import { clamp } from "../search/time-range.ts";
import { loadSql } from "../sql/sql.ts";
import type { TraceLogs } from "../wire.ts";
import { asked, tooMany } from "./json-form.ts";
import { slimLogRows } from "./slim-rows.ts";
import {
  type Lookup,
  type TraceForm,
  type TraceReader,
  findTrace,
  metaOf,
} from "./trace-lookup.ts";

const SQL = loadSql("trace.sql", ["slim-logs", "span-ids"]);
const LOGS_SQL = loadSql("logs.sql", ["row-hash"]);

/** Characters; a waterfall shows one line. */
const BODY_MAX = 512;

type SlimLog = TraceLogs["logs"][number];

/** @throws QueryError `trace_not_found`, or the fault when neither half could be read */
export async function readTraceLogs(
  reader: TraceReader,
  traceId: string,
  signal: AbortSignal,
): Promise<TraceLogs> {
  const started = performance.now();
  const lookup: Lookup = { reader, traceId, signal, costs: [] };
  const found = await findTrace(lookup, LOGS_FORM);
  const logs = found.logs.map((log): SlimLog =>
    log.spanId !== "" && found.spans.has(log.spanId) ? log : { ...log, unattached: true },
  );
  return { logs, meta: metaOf(lookup, started, found.incomplete) };
}

const LOGS_FORM: TraceForm<ReadonlySet<string>, readonly SlimLog[]> = {
  spans: async (when, lookup) => {
    const { traceColumnSpansMax } = lookup.reader.limits;
    const question = asked({ sql: SQL["span-ids"] }, when, lookup, traceColumnSpansMax);
    const { table, cost } = await lookup.reader.asker.askTable(question);
    lookup.costs.push(cost);
    const value = new Set(texts(table, "spanId"));
    const last = longs(table, "last").reduce((a, b) => (b > a ? b : a), 0n);
    const isCut = table.rowCount > traceColumnSpansMax;
    const cut = isCut ? [tooMany("spans", traceColumnSpansMax, "traceColumnSpansMax")] : [];
    return { value, count: table.rowCount, first: 0n, last: clamp(last), cut };
  },
  logs: async (when, lookup) => {
    const { traceLogsMax } = lookup.reader.limits;
    const statement = { sql: SQL["slim-logs"], fragments: { "row-hash": LOGS_SQL["row-hash"] } };
    const question = asked(statement, when, lookup, traceLogsMax);
    const answer = await lookup.reader.asker.ask({
      ...question,
      params: { ...question.params, body_max: BODY_MAX },
      rows: slimLogRows,
      mayBeCut: true,
    });
    lookup.costs.push(answer.cost);
    const rows = answer.rows.slice(0, traceLogsMax);
    const isCut = answer.cut || answer.rows.length > traceLogsMax;
    return {
      value: rows.map(({ hash, bodyCut, ...log }): SlimLog => ({
        id: `${log.timeUnixNano}-${hash}`,
        ...log,
        ...(bodyCut === 1 ? { bodyCut: true as const } : {}),
      })),
      count: rows.length,
      first: BigInt(rows[0]?.timeUnixNano ?? 0),
      last: BigInt(rows.at(-1)?.timeUnixNano ?? 0),
      cut: isCut ? [tooMany("logs", rows.length, "traceLogsMax or queryResultBytes")] : [],
    };
  },
  join: (earlier, later) => [...earlier, ...later],
  noSpans: new Set(),
  noLogs: [],
};
