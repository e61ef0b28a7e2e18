/**
 * One log by its id, and what the same process wrote before and after it, or what its trace did. Lines are in the order
 * (time, row hash), the one of the search; an id is a place in it, so the outermost line's id asks for more.
 */
import { Type, type Static } from "typebox";
import { type Cost, addCosts, rowDecoder } from "../clickhouse/ask.ts";
import { type LogId, formatLogId } from "../params/log-id.ts";
import { QueryError } from "../problem/query-error.ts";
import { type Deadline, isLimit, isoTime, startDeadline } from "../search/deadline.ts";
import type { Searcher } from "../search/searcher.ts";
import { both, inTime } from "../search/time-range.ts";
import { type Where, compose, loadSql } from "../sql/sql.ts";
import { type HashedLog, LOG_ROW, hashedLogRows, toLogRecord } from "../traces/rows.ts";
import type { LogContext, LogRecord, OneLog } from "../wire.ts";
import { windowsOutward } from "./windows-outward.ts";

const SQL = loadSql("log-context.sql", [
  "one",
  "producer",
  "resource-item",
  "trace",
  "before",
  "after",
]);
const LOGS_SQL = loadSql("logs.sql", ["columns", "row-hash"]);
const FRAGMENTS = { "log-columns": LOGS_SQL.columns, "row-hash": LOGS_SQL["row-hash"] };

const FoundLogSchema = Type.Object({ ...LOG_ROW, resourceHash: Type.String() });
type FoundLog = Static<typeof FoundLogSchema>;
const foundLogRows = rowDecoder(FoundLogSchema);

/** Attributes that tell the instances of a service apart, best first. */
const INSTANCE_KEYS = ["service.instance.id", "k8s.pod.uid", "k8s.pod.name", "container.id"];

export interface ContextQuestion {
  readonly id: LogId;
  readonly scope: "producer" | "trace";
  /** Lines wanted of each side; copies of the last one come on top. */
  readonly before: number;
  readonly after: number;
}

type Direction = "before" | "after";

interface Side {
  /** Nearest first. */
  readonly logs: readonly HashedLog[];
  readonly hasMore: boolean;
  /** How far the search got. */
  readonly reached: bigint;
  /** Why it got no further, where that was not the end of the reach. */
  readonly reason: string | undefined;
}

/** @throws QueryError `log_not_found` */
export async function readContext(
  searcher: Searcher,
  question: ContextQuestion,
  signal: AbortSignal,
): Promise<LogContext> {
  const reader = new ContextReader(searcher, question.id, signal);
  const found = await reader.one();
  const scope = scopeOf(found, question);
  const [before, after] = await Promise.all([
    reader.side("before", scope, question.before),
    reader.side("after", scope, question.after),
  ]);
  const reasons = [before.reason, after.reason].filter((each) => each !== undefined);
  return {
    log: toRecord(found),
    before: before.logs.toReversed().map(toLogRecord),
    after: after.logs.map(toLogRecord),
    hasMoreBefore: before.hasMore,
    hasMoreAfter: after.hasMore,
    searchedFrom: String(before.reached),
    searchedTo: String(after.reached),
    meta: {
      elapsedMs: performance.now() - reader.deadline.started,
      ...addCosts(reader.costs),
      complete: reasons.length === 0,
      ...(reasons.length === 0 ? {} : { reason: reasons.join(" ") }),
    },
  };
}

/** @throws QueryError `log_not_found` */
export async function readLog(searcher: Searcher, id: LogId, signal: AbortSignal): Promise<OneLog> {
  const context = await readContext(
    searcher,
    { id, scope: "producer", before: 1, after: 1 },
    signal,
  );
  const previousId = context.before.at(-1)?.id;
  const nextId = context.after.at(0)?.id;
  return {
    log: context.log,
    ...(previousId === undefined ? {} : { previousId }),
    ...(nextId === undefined ? {} : { nextId }),
    meta: context.meta,
  };
}

class ContextReader {
  readonly costs: Cost[] = [];
  readonly deadline: Deadline;
  readonly #searcher: Searcher;
  readonly #id: LogId;
  readonly #signal: AbortSignal;

  constructor(searcher: Searcher, id: LogId, signal: AbortSignal) {
    this.#searcher = searcher;
    this.#id = id;
    this.#signal = signal;
    this.deadline = startDeadline(searcher.limits.searchTimeMs);
  }

  async one(): Promise<FoundLog> {
    const at = BigInt(this.#id.timeUnixNano);
    const where = inTime({ from: at, to: at + 1n });
    const answer = await this.#searcher.asker.ask({
      sql: compose(SQL.one, where.conditions, FRAGMENTS),
      params: { ...where.params, at: this.#id.timeUnixNano, row_hash: this.#id.rowHash },
      rows: foundLogRows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    const found = answer.rows[0];
    if (found === undefined) throw notFound(this.#id);
    return found;
  }

  async side(direction: Direction, scope: Where, wanted: number): Promise<Side> {
    const at = BigInt(this.#id.timeUnixNano);
    const reach = BigInt(this.#searcher.limits.contextReachMs) * 1_000_000n;
    const logs: HashedLog[] = [];
    let reached = at;
    if (wanted === 0) return { logs, hasMore: true, reached, reason: undefined };
    for (const window of windowsOutward(at, direction, reach)) {
      try {
        if (this.deadline.isOver()) return this.#stopped(logs, direction, reached);
        const asked = both(inTime(window), scope);
        let page = await this.#page(direction, asked, Math.max(wanted - logs.length, 0) + 1);
        // One line more than the last and its copies, if there is one: then there is more.
        if (ends(logs, page, wanted)) page = await this.#page(direction, asked, page.length + 1);
        logs.push(...page);
      } catch (error) {
        if (!isLimit(error)) throw error;
        return this.#stopped(logs, direction, reached);
      }
      const given = withCopies(logs, wanted);
      if (given.length < logs.length) {
        const last = BigInt(given.at(-1)?.timeUnixNano ?? reached);
        return { logs: given, hasMore: true, reached: last, reason: undefined };
      }
      reached = direction === "before" ? window.from : window.to;
    }
    return { logs, hasMore: false, reached, reason: undefined };
  }

  async #page(direction: Direction, where: Where, limit: number): Promise<readonly HashedLog[]> {
    const answer = await this.#searcher.asker.ask({
      sql: compose(SQL[direction], where.conditions, FRAGMENTS),
      params: {
        ...where.params,
        at: this.#id.timeUnixNano,
        row_hash: this.#id.rowHash,
        limit,
      },
      rows: hashedLogRows,
      signal: this.#signal,
      timeMs: this.deadline.remainingMs(),
    });
    this.costs.push(answer.cost);
    return answer.rows;
  }

  #stopped(logs: readonly HashedLog[], direction: Direction, reached: bigint): Side {
    const reason = `The time for a search (searchTimeMs) or for one of its queries (queryTimeMs) ended, or the next lines are larger than one query may give back (queryResultBytes); what is ${direction} ${isoTime(reached)} was not searched.`;
    return { logs, hasMore: true, reached, reason };
  }
}

/** True when the page has enough lines, but all after the last wanted are copies of it. */
function ends(logs: readonly HashedLog[], page: readonly HashedLog[], wanted: number): boolean {
  const all = [...logs, ...page];
  return page.length > 0 && all.length > wanted && withCopies(all, wanted).length === all.length;
}

/** The first `wanted` lines and the copies of the last of them. */
function withCopies(logs: readonly HashedLog[], wanted: number): readonly HashedLog[] {
  const last = logs[wanted - 1];
  let end = wanted;
  while (last !== undefined && logs[end]?.id === last.id) end += 1;
  return logs.slice(0, end);
}

function scopeOf(found: FoundLog, question: ContextQuestion): Where {
  if (question.scope === "trace") {
    if (found.traceId !== "") {
      return { conditions: [SQL.trace], params: { scope_trace_id: found.traceId } };
    }
    throw new QueryError(
      "invalid_parameter",
      "The parameter scope was trace, but this log has no trace id; give scope=producer.",
    );
  }
  const producer: Where = {
    conditions: [SQL.producer],
    params: { producer_service: found.serviceName, producer_hash: found.resourceHash },
  };
  const key = INSTANCE_KEYS.find((each) => found.resource[each] !== undefined);
  if (key === undefined) return producer;
  return both(producer, {
    conditions: [SQL["resource-item"]],
    params: { resource_item: `${key}=${found.resource[key]}` },
  });
}

function toRecord(found: FoundLog): LogRecord {
  const { resourceHash: _hash, ...log } = found;
  return log;
}

function notFound(id: LogId): QueryError {
  return new QueryError(
    "log_not_found",
    `No log has the id ${formatLogId(id)}. It may be older than retention keeps, deleted, or not yet arrived; the time of the id is ${isoTime(BigInt(id.timeUnixNano))}.`,
  );
}
