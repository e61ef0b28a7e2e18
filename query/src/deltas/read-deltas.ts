/**
 * What differs between a selection and the rest of what a question finds: values of attributes by the difference of their
 * shares. First how many records there are, then which keys are worth comparing, from a sample, then the shares.
 */
import { Type } from "typebox";
import {
  type Answer,
  type Cost,
  type RowDecoder,
  addCosts,
  rowDecoder,
} from "../clickhouse/ask.ts";
import { isLimit } from "../search/deadline.ts";
import type { Searcher } from "../search/searcher.ts";
import { type Sql, type SqlParams, type Where, compose, loadSql, prefixed } from "../sql/sql.ts";
import type { Deltas } from "../wire.ts";
import { rankDifferences } from "./rank.ts";

const SQL = loadSql("deltas.sql", [
  "selected",
  "size-spans",
  "size-logs",
  "items-spans",
  "items-logs",
  "keys",
  "shares",
  "totals",
]);

/** What names one record, one moment or a whole text; no difference of interest is in its values. */
const DENIED_KEYS =
  "(?i)((^|[._-])(u?u?id|guid|ids)$|[a-z]Id$|url\\.full|http\\.url|http\\.target|url\\.query|db\\.(query\\.text|statement)|stacktrace|message$|thread\\.|timestamp|(^|[._])time$|(^|\\.)pid$|client\\.port|peer\\.port|start_time)";
const KEY_SAMPLE = 100_000;
/** Most frequent first. */
const KEYS_MAX = 100;
/** Of a statement; the largest differences come first. */
const SHARES_MAX = 2_000;
const DIFFERENCES_MAX = 50;
/** How much smaller the sample becomes when counting took too long. */
const NARROWER = 8;

export interface DeltasQuestion {
  readonly signal: "spans" | "logs";
  /** Everything that is compared, the range included. */
  readonly population: Where;
  /** Which of it is the selection. */
  readonly selection: Where;
}

const sizeRows = rowDecoder(Type.Object({ total: Type.String(), selected: Type.String() }));
const keyRows = rowDecoder(
  Type.Object({ key: Type.String(), records: Type.String(), valueCount: Type.String() }),
);
const totalRows = rowDecoder(Type.Object({ selected: Type.String(), rest: Type.String() }));
const shareRows = rowDecoder(
  Type.Object({
    key: Type.String(),
    value: Type.String(),
    selected: Type.String(),
    rest: Type.String(),
    compared: Type.String(),
  }),
);

export async function readDeltas(
  searcher: Searcher,
  question: DeltasQuestion,
  signal: AbortSignal,
): Promise<Deltas> {
  const started = performance.now();
  const reading = new Reading(searcher, question, signal);
  const size = await reading.size();
  const { deltaRowsMax } = searcher.limits;
  const counted = await reading.count(
    size.total,
    Math.max(1, Math.ceil(size.total / deltaRowsMax)),
  );
  const reasons = [
    ...(counted.every === 1 ? [] : [whySampled(counted.every, deltaRowsMax)]),
    ...(counted.hasMoreKeys
      ? [`Only the ${KEYS_MAX} keys that most records have were compared.`]
      : []),
  ];
  return {
    selected: size.selected,
    rest: size.total - size.selected,
    countedEvery: counted.every,
    differences: counted.differences.slice(0, DIFFERENCES_MAX),
    differenceCount: counted.differences.length,
    meta: {
      elapsedMs: performance.now() - started,
      ...addCosts(reading.costs),
      complete: reasons.length === 0,
      ...(reasons.length === 0 ? {} : { reason: reasons.join(" ") }),
    },
  };
}

function whySampled(every: number, rowsMax: number): string {
  return `Shares are of one record in ${every}: all of them are more than deltaRowsMax (${rowsMax}), or take longer than queryTimeMs. Narrow the range or the conditions to compare all.`;
}

type Ranked = ReturnType<typeof rankDifferences>;

interface Compared {
  readonly differences: Ranked;
  /** One record in so many. */
  readonly every: number;
  /** Than `KEYS_MAX`. */
  readonly hasMoreKeys: boolean;
}

class Reading {
  readonly costs: Cost[] = [];
  readonly #searcher: Searcher;
  readonly #question: DeltasQuestion;
  readonly #signal: AbortSignal;
  readonly #params: SqlParams;
  readonly #selected: Sql;

  constructor(searcher: Searcher, question: DeltasQuestion, signal: AbortSignal) {
    this.#searcher = searcher;
    this.#question = question;
    this.#signal = signal;
    const selection = prefixed(question.selection, "selection_");
    this.#params = { ...question.population.params, ...selection.params };
    this.#selected = compose(SQL.selected, selection.conditions);
  }

  async size(): Promise<{ readonly total: number; readonly selected: number }> {
    const statement = this.#question.signal === "spans" ? SQL["size-spans"] : SQL["size-logs"];
    const answer = await this.#ask(this.#compose(statement), sizeRows, {});
    const [row] = answer.rows;
    return { total: Number(row?.total ?? 0), selected: Number(row?.selected ?? 0) };
  }

  async count(total: number, every: number): Promise<Compared> {
    try {
      const keys = await this.#keys(Math.max(every, Math.ceil(total / KEY_SAMPLE)));
      const differences = await this.#differences(keys.slice(0, KEYS_MAX), every);
      return { differences, every, hasMoreKeys: keys.length > KEYS_MAX };
    } catch (error) {
      if (!isLimit(error) || total / every < KEY_SAMPLE) throw error;
      return this.count(total, every * NARROWER);
    }
  }

  async #keys(every: number): Promise<readonly string[]> {
    const answer = await this.#ask(this.#over(SQL.keys), keyRows, {
      every,
      denied: DENIED_KEYS,
      keys_max: KEYS_MAX + 1,
    });
    return answer.rows.map((row) => row.key);
  }

  async #differences(keys: readonly string[], every: number): Promise<Ranked> {
    const totals = await this.#ask(this.#over(SQL.totals), totalRows, { every });
    const selected = Number(totals.rows[0]?.selected ?? 0);
    const rest = Number(totals.rows[0]?.rest ?? 0);
    if (selected === 0 || rest === 0 || keys.length === 0) return [];
    const shares = await this.#ask(this.#over(SQL.shares), shareRows, {
      every,
      keys,
      selected_total: selected,
      rest_total: rest,
      limit: SHARES_MAX,
    });
    return rankDifferences(
      shares.rows.map((row) => ({
        key: row.key,
        value: row.value,
        selected: Number(row.selected),
        rest: Number(row.rest),
      })),
      { selected, rest },
      Number(shares.rows[0]?.compared ?? 0),
    );
  }

  #over(statement: Sql): Sql {
    const items = this.#question.signal === "spans" ? SQL["items-spans"] : SQL["items-logs"];
    return compose(statement, [], { items: this.#compose(items) });
  }

  #compose(statement: Sql): Sql {
    return compose(statement, this.#question.population.conditions, { selected: this.#selected });
  }

  async #ask<T>(sql: Sql, rows: RowDecoder<T>, params: SqlParams): Promise<Answer<T>> {
    const answer = await this.#searcher.asker.ask({
      sql,
      params: { ...this.#params, ...params },
      rows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    return answer;
  }
}
