/** Operations and versions of one service: from the hours that are computed, and from the minutes around them. */
import { Type, type Static } from "typebox";
import { type Cost, rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { rollupSeconds } from "../search/time-range.ts";
import { type Sql, type SqlParams, type Where, anyOf, compose } from "../sql/sql.ts";
import type { Service } from "../wire.ts";
import { type CellRange, type Span, earlier, toUnixNano } from "./cells.ts";
import { CellPieces, union } from "./cells-sql.ts";
import { FIGURE_COLUMNS, toFigures } from "./figures.ts";
import { type ComputedHour, type HourPlan, planHours } from "./plan-hours.ts";
import { SERVICE_SQL, type ServiceQuestion, minuteWhere, rollupWhere } from "./red-question.ts";

const OPERATIONS_MAX = 200;
const VERSIONS_MAX = 100;
const VERSION_LOOK_BACK_SECONDS = 7 * 86_400;

const hourRows = rowDecoder(Type.Object({ hour: Type.Number(), version: Type.String() }));
const OperationSchema = Type.Object({
  name: Type.String(),
  kind: Type.String(),
  ...FIGURE_COLUMNS,
  kindDurationSum: Type.String(),
});
type OperationRow = Static<typeof OperationSchema>;
const operationRows = rowDecoder(OperationSchema);
const versionRows = rowDecoder(
  Type.Object({
    version: Type.String(),
    environment: Type.String(),
    spans: Type.String(),
    firstSeconds: Type.Number(),
    serviceFirstSeconds: Type.Number(),
  }),
);

export interface OperationsAnswer extends Pick<Service, "operations" | "versions"> {
  readonly costs: readonly Cost[];
  /** What is not listed; undefined where everything is. */
  readonly leftOut: string | undefined;
}

export async function readOperations(
  searcher: Searcher,
  asked: { readonly question: ServiceQuestion; readonly range: CellRange },
  signal: AbortSignal,
): Promise<OperationsAnswer> {
  const { question, range } = asked;
  const reading = new Reading(searcher, question, signal);
  const lookFrom = Math.max(0, range.from - VERSION_LOOK_BACK_SECONDS);
  const then = question.compare === undefined ? undefined : earlier(range, question.compare);
  const hours = await reading.computedHours([Math.min(lookFrom, then?.from ?? lookFrom), range.to]);
  const [now, before, versions] = await Promise.all([
    reading.operations(range, hours),
    then === undefined ? undefined : reading.operations(then, hours),
    // Apart, because spans are counted from the beginning of the range on.
    reading.versions(
      range,
      planHours(
        [
          [lookFrom, range.from],
          [range.from, range.to],
        ],
        hours,
      ),
    ),
  ]);
  const leftOut = [
    ...(now.length > OPERATIONS_MAX
      ? [`Only the ${OPERATIONS_MAX} operations with the most time are listed.`]
      : []),
    ...(versions.length > VERSIONS_MAX
      ? [`Only the ${VERSIONS_MAX} versions that were first seen last are listed.`]
      : []),
  ].join(" ");
  return {
    operations: toOperations(now.slice(0, OPERATIONS_MAX), before),
    versions: versions.slice(0, VERSIONS_MAX),
    costs: reading.costs,
    leftOut: leftOut === "" ? undefined : leftOut,
  };
}

function toOperations(
  now: readonly OperationRow[],
  before: readonly OperationRow[] | undefined,
): Service["operations"] {
  const then = new Map(before?.map((row) => [`${row.kind} ${row.name}`, row]));
  const isAllOfBefore = (before?.length ?? 0) <= OPERATIONS_MAX;
  const figuresBefore = (row: OperationRow) => {
    const found = then.get(`${row.kind} ${row.name}`);
    // One that is not among the most of then may have been there with less.
    return before === undefined || (found === undefined && !isAllOfBefore)
      ? {}
      : { before: toFigures(found) };
  };
  return now.map((row) => ({
    name: row.name,
    kind: row.kind,
    ...toFigures(row),
    impact: Number(row.durationSum) / Math.max(1, Number(row.kindDurationSum)),
    ...figuresBefore(row),
  }));
}

class Reading {
  readonly costs: Cost[] = [];
  readonly #searcher: Searcher;
  readonly #question: ServiceQuestion;
  readonly #signal: AbortSignal;

  constructor(searcher: Searcher, question: ServiceQuestion, signal: AbortSignal) {
    this.#searcher = searcher;
    this.#question = question;
    this.#signal = signal;
  }

  async computedHours([from, to]: Span): Promise<readonly ComputedHour[]> {
    const answer = await this.#searcher.asker.ask({
      sql: SERVICE_SQL["computed-hours"],
      params: {
        service: this.#question.service,
        from_seconds: rollupSeconds(from),
        to_seconds: rollupSeconds(to),
      },
      rows: hourRows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    return answer.rows;
  }

  async operations(
    { from, to }: CellRange,
    computed: readonly ComputedHour[],
  ): Promise<readonly OperationRow[]> {
    const { kind, service, status } = this.#question;
    const where = rollupWhere(this.#question);
    // Hours do not know the status.
    const plan = planHours([[from, to]], status === undefined ? computed : []);
    const rates = ratesStatement(plan, minuteWhere(this.#question));
    const conditions = [
      ...where.conditions,
      ...(kind === undefined ? [] : [SERVICE_SQL["by-kind"]]),
    ];
    const answer = await this.#searcher.asker.ask({
      sql: compose(SERVICE_SQL.operations, conditions, { rates: rates.sql }),
      params: {
        ...where.params,
        ...(kind === undefined ? {} : { kinds: [kind] }),
        ...rates.params,
        service,
        limit: OPERATIONS_MAX + 1,
      },
      rows: operationRows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    return answer.rows;
  }

  async versions(range: CellRange, plan: HourPlan): Promise<Service["versions"]> {
    const where = rollupWhere({ ...this.#question, version: undefined });
    const rates = ratesStatement(plan, minuteWhere({ status: undefined }));
    const answer = await this.#searcher.asker.ask({
      sql: compose(SERVICE_SQL.versions, where.conditions, { rates: rates.sql }),
      params: {
        ...where.params,
        ...rates.params,
        service: this.#question.service,
        from_seconds: rollupSeconds(range.from),
        limit: VERSIONS_MAX + 1,
      },
      rows: versionRows,
      signal: this.#signal,
    });
    this.costs.push(answer.cost);
    return answer.rows.map((row) => ({
      version: row.version,
      environment: row.environment,
      requests: Number(row.spans),
      firstSeenUnixNano: toUnixNano(row.firstSeconds),
      deployedInRange: row.firstSeconds >= range.from && row.firstSeconds > row.serviceFirstSeconds,
    }));
  }
}

/** The statement whose rows the operations and the versions are summed up from. */
function ratesStatement(
  { hours, minutes }: HourPlan,
  ofMinutes: Where,
): { readonly sql: Sql; readonly params: SqlParams } {
  const pieces = new CellPieces();
  const byMinutes = compose(SERVICE_SQL["by-minutes"], [
    ...ofMinutes.conditions,
    anyOf(minutes.map((span) => pieces.ofMinutes(span))),
  ]);
  const params = { ...ofMinutes.params, ...pieces.params };
  if (hours.length === 0) return { sql: byMinutes, params };
  const byHours = SERVICE_SQL["by-hours"];
  return {
    sql: union(minutes.length === 0 ? [byHours] : [byHours, byMinutes], byMinutes),
    params: {
      ...params,
      hours: hours.map(({ hour }) => hour),
      hour_versions: hours.map(({ version }) => BigInt(version)),
    },
  };
}
