/** A statement of a person: judged, run as the user for it, and given back in the form asked for. */
import { PassThrough, Readable, pipeline } from "node:stream";
import { QueryError } from "../problem/query-error.ts";
import type { QueryLimits } from "../options.ts";
import type { TimeRange } from "../search/time-range.ts";
import type { SqlQuery } from "../wire.ts";
import { judgeAst } from "./judge-ast.ts";
import { judgeText } from "./judge-text.ts";
import { PARAM_PREFIX, expandMacros } from "./macros.ts";
import type { SqlUser } from "./sql-user.ts";

export interface SqlAsked {
  readonly query: SqlQuery;
  readonly range: TimeRange;
  readonly limits: QueryLimits;
  readonly signal: AbortSignal;
  /** Tables and views of the telemetry database. */
  readonly tables: () => Promise<ReadonlySet<string>>;
}

export interface SqlAnswer {
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

type SqlFormat = NonNullable<SqlQuery["format"]>;

const FORMATS: Readonly<Record<SqlFormat, { readonly name: string; readonly type: string }>> = {
  json: { name: "JSONCompactEachRowWithNamesAndTypes", type: "application/json; charset=utf-8" },
  ndjson: { name: "JSONEachRow", type: "application/x-ndjson" },
  csv: { name: "CSVWithNames", type: "text/csv; charset=utf-8; header=present" },
  parquet: { name: "Parquet", type: "application/vnd.apache.parquet" },
  arrow: { name: "Arrow", type: "application/vnd.apache.arrow.file" },
};

/** @throws QueryError `sql_refused`, `sql_failed`, `invalid_parameter`, `query_limit` and those of ClickHouse */
export async function runSql(user: SqlUser, asked: SqlAsked): Promise<SqlAnswer> {
  const started = performance.now();
  const { query, limits, signal } = asked;
  const statement = prepare(query, asked.range);
  await judgeReading(user, asked, statement);
  const format = query.format ?? "json";
  const result = await user.run({
    ...statement,
    format: FORMATS[format].name,
    signal,
    rowsMax: limits.sqlRowsMax,
  });
  const elapsedMs = performance.now() - started;
  const complete =
    result.resultRows <= limits.sqlRowsMax && result.resultBytes < limits.sqlResultBytes;
  const reason = `The answer has more than ${limits.sqlRowsMax} rows (sqlRowsMax) or ${limits.sqlResultBytes} bytes (sqlResultBytes); the first are here.`;
  const meta = {
    elapsedMs,
    rowsRead: result.rowsRead,
    bytesRead: result.bytesRead,
    complete,
    ...(complete ? {} : { reason }),
  };
  return {
    contentType: FORMATS[format].type,
    headers: {
      "throughline-elapsed-ms": elapsedMs.toFixed(1),
      "throughline-rows": String(Math.min(result.resultRows, limits.sqlRowsMax)),
      "throughline-rows-read": String(result.rowsRead),
      "throughline-bytes-read": String(result.bytesRead),
      "throughline-complete": String(complete),
    },
    body:
      format === "json"
        ? Readable.from(toJson(result.body, limits.sqlRowsMax, meta), { objectMode: false })
        : passed(result.body),
  };
}

function passed(body: Readable): Readable {
  const out = new PassThrough();
  pipeline(body, out, () => undefined);
  return out;
}

interface Prepared {
  readonly sql: string;
  readonly params: Readonly<Record<string, string | number | boolean>>;
  readonly selectAt: number;
  readonly positionOf: (position: number) => number;
}

function prepare(query: SqlQuery, range: TimeRange): Prepared {
  const expansion = expandMacros(query.sql, range);
  if (expansion.kind === "refused") throw refuse(expansion.why, expansion.position);
  const { expanded } = expansion;
  const judged = judgeText(expanded.sql);
  if (judged.kind === "refused") throw refuse(judged.why, expanded.positionOf(judged.position));
  return {
    sql: judged.sql,
    params: { ...readParams(query.params ?? {}), ...expanded.params },
    selectAt: judged.selectAt,
    positionOf: (position) => expanded.positionOf(position + judged.offset),
  };
}

function readParams(params: NonNullable<SqlQuery["params"]>): NonNullable<SqlQuery["params"]> {
  for (const name of Object.keys(params)) {
    if (!/^[A-Za-z_]\w{0,63}$/.test(name) || name.startsWith(PARAM_PREFIX)) {
      throw new QueryError(
        "invalid_parameter",
        `The parameter params has the name ${JSON.stringify(name.slice(0, 80))}; a name is letters, digits and _, and does not begin with ${PARAM_PREFIX}.`,
      );
    }
  }
  return params;
}

function refuse(why: string, position?: number): QueryError {
  return new QueryError(
    "sql_refused",
    why,
    position === undefined ? {} : { members: { position } },
  );
}

/** As ClickHouse reads it, before anything of it is run. */
async function judgeReading(user: SqlUser, asked: SqlAsked, statement: Prepared): Promise<void> {
  const { sql, params, selectAt, positionOf } = statement;
  const prefix = "EXPLAIN AST ";
  const result = await user.run({
    sql: `${prefix}${sql.slice(selectAt)}`,
    params,
    format: "TabSeparatedRaw",
    signal: asked.signal,
    positionOf: (position) => positionOf(Math.max(0, position - prefix.length) + selectAt),
  });
  const lines = Buffer.concat(await result.body.toArray())
    .toString("utf8")
    .split("\n");
  const why = judgeAst(lines, { database: user.database, tables: await asked.tables() });
  if (why !== undefined) throw refuse(why);
}

const NEWLINE = 10;

/** Rows pass through as the text that ClickHouse wrote; the first two lines are names and types. */
async function* toJson(
  body: Readable,
  rowsMax: number,
  meta: Readonly<Record<string, unknown>>,
): AsyncGenerator<string> {
  let line = 0;
  let names: unknown = [];
  for await (const text of linesOf(body)) {
    if (line === 0) names = JSON.parse(text);
    else if (line === 1) yield `{"columns":${columnsOf(names, JSON.parse(text))},"rows":[`;
    else if (line < rowsMax + 2) yield `${line === 2 ? "" : ",\n"}${text}`;
    line += 1;
  }
  yield `${line < 2 ? '{"columns":[],"rows":[' : ""}],"meta":${JSON.stringify(meta)}}`;
}

function columnsOf(names: unknown, types: unknown): string {
  if (!Array.isArray(names) || !Array.isArray(types)) return "[]";
  return JSON.stringify(
    names.map((name: unknown, i) => ({ name: String(name), type: String(types[i]) })),
  );
}

async function* linesOf(body: Readable): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      if (end > start) yield bytes.toString("utf8", start, end);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) yield rest.toString("utf8");
}
