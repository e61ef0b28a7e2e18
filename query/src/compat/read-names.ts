/** Services, operations and the like, over the days that clients of these APIs expect a list of names to cover. */
import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
import { NANOS_PER_SECOND } from "../params/nanos.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TimeRange, inTime, rollupSeconds } from "../search/time-range.ts";
import { type Sql, type SqlParams, compose, loadSql } from "../sql/sql.ts";

const SQL = loadSql("compat.sql", ["services", "operations", "label-values", "peers"]);
const NAMES_MAX = 10_000;
const MINUTE = 60n * NANOS_PER_SECOND;
/** Peers are read from the spans themselves. */
const PEERS_LOOKBACK = 60n * MINUTE;

const nameRows = rowDecoder(Type.Object({ name: Type.String() }));
const operationRows = rowDecoder(Type.Object({ name: Type.String(), kind: Type.String() }));

export interface Operation {
  readonly name: string;
  /** As stored: `Server`, `Client`, … */
  readonly kind: string;
}

/** At most 10 000. */
export interface Names<T> {
  readonly found: readonly T[];
  /** What is left out, a sentence each. */
  readonly missing: readonly string[];
}

export interface NameQuestion {
  readonly searcher: Searcher;
  readonly now: bigint;
  readonly signal: AbortSignal;
}

/** @returns by name */
export function readServiceNames(question: NameQuestion): Promise<Names<string>> {
  return readNames(question, SQL.services, lately(question));
}

/** @returns by name and kind */
export async function readOperations(
  question: NameQuestion,
  service: string,
): Promise<Names<Operation>> {
  const { searcher, signal } = question;
  const answer = await searcher.asker.ask({
    sql: SQL.operations,
    params: { ...lately(question), service, limit: NAMES_MAX + 1 },
    rows: operationRows,
    signal,
  });
  return toNames(answer.rows);
}

/** The resource attributes whose values the rollups keep. */
export const LABELS = ["deployment.environment.name", "service.version"] as const;

export function readLabelValues(
  question: NameQuestion,
  label: (typeof LABELS)[number],
): Promise<Names<string>> {
  return readNames(question, SQL["label-values"], { ...lately(question), label });
}

/** Values of `peer.service` in the service's spans of the last hour. */
export function readPeers(question: NameQuestion, service: string): Promise<Names<string>> {
  const { now } = question;
  const where = inTime({ from: now - PEERS_LOOKBACK, to: now });
  return readNames(question, compose(SQL.peers, where.conditions), { ...where.params, service });
}

async function readNames(
  question: NameQuestion,
  sql: Sql,
  params: SqlParams,
): Promise<Names<string>> {
  const answer = await question.searcher.asker.ask({
    sql,
    params: { ...params, limit: NAMES_MAX + 1 },
    rows: nameRows,
    signal: question.signal,
  });
  return toNames(answer.rows.map((row) => row.name));
}

/** @param rows one more than the answer has, where there are more */
function toNames<T>(rows: readonly T[]): Names<T> {
  const missing =
    rows.length > NAMES_MAX ? [`There are more names; the first ${NAMES_MAX} are here.`] : [];
  return { found: rows.slice(0, NAMES_MAX), missing };
}

function lately({ searcher, now }: NameQuestion): SqlParams {
  const lookback = BigInt(searcher.limits.compatNamesDays) * 1_440n * MINUTE;
  return wholeMinutes({ from: now - lookback, to: now });
}

/** Of the rollups: ends rounded outward. */
export function wholeMinutes({ from, to }: TimeRange): SqlParams {
  const start = from < 0n ? 0n : from / MINUTE;
  return {
    from_seconds: rollupSeconds(start * 60n),
    to_seconds: rollupSeconds(((to + MINUTE - 1n) / MINUTE) * 60n),
  };
}
