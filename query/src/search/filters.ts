/** What a search asks, parsed, and the conditions it becomes. */
import type { SeverityMinimum } from "../params/severity.ts";
import { compileCondition, isInLogRollup } from "../filter/compile.ts";
import type { Condition } from "../filter/condition.ts";
import type { FilterSignal } from "../filter/fields.ts";
import { usesIndex } from "../filter/uses-index.ts";
import type { BodySearch } from "../params/words.ts";
import { type Sql, type SqlParams, type Where, numbered } from "../sql/sql.ts";
import { conjuncts } from "./lift-filter.ts";
import { CONDITIONS, both } from "./time-range.ts";
import type { Ladder } from "./windows.ts";

/** All conditions hold for one and the same span. */
export interface TraceFilters {
  readonly service?: string;
  readonly operation?: string;
  /** Nanoseconds, decimal, inclusive. */
  readonly durationMin?: string;
  readonly durationMax?: string;
  readonly status?: "error" | "ok" | "unset";
  /** `key=value`; each must be a span attribute or a resource attribute. */
  readonly attributes: readonly string[];
  /** What `q` says, of the same span. */
  readonly condition?: Condition;
}

export interface LogFilters {
  readonly service?: string;
  readonly severity?: SeverityMinimum;
  readonly body?: BodySearch;
  readonly traceId?: string;
  readonly spanId?: string;
  /** `key=value`; each must be a log attribute or a resource attribute. */
  readonly attributes: readonly string[];
  /** What `q` says. */
  readonly condition?: Condition;
}

/** Older exporters wrote OTLP's enum names. */
const STATUS_CODES = {
  error: ["Error", "STATUS_CODE_ERROR"],
  ok: ["Ok", "STATUS_CODE_OK"],
  unset: ["Unset", "STATUS_CODE_UNSET", ""],
} as const;

export function traceWhere(filters: TraceFilters): Where {
  const where = new Conditions();
  where.add(CONDITIONS.service, "service", filters.service);
  where.add(CONDITIONS.operation, "operation", filters.operation);
  where.add(CONDITIONS["duration-min"], "duration_min", filters.durationMin);
  where.add(CONDITIONS["duration-max"], "duration_max", filters.durationMax);
  if (filters.status !== undefined) {
    where.add(CONDITIONS.status, "status_codes", STATUS_CODES[filters.status]);
  }
  where.addEach(CONDITIONS["span-attribute"], "attribute", filters.attributes);
  where.addCondition(filters.condition, "traces");
  return where;
}

export function logWhere(filters: LogFilters): Where {
  const where = new Conditions();
  where.add(CONDITIONS["trace-id"], "trace_id", filters.traceId);
  where.add(CONDITIONS["span-id"], "span_id", filters.spanId);
  where.add(CONDITIONS.service, "service", filters.service);
  if (filters.severity !== undefined) {
    where.add(CONDITIONS.severity, "severity_number", filters.severity.number);
    where.bind("severity_texts", filters.severity.texts);
  }
  if (filters.body !== undefined) {
    if (filters.body.words !== "") where.add(CONDITIONS["body-words"], "words", filters.body.words);
    where.addEach(CONDITIONS["body-phrase"], "phrase", filters.body.phrases);
  }
  where.addEach(CONDITIONS["log-attribute"], "attribute", filters.attributes);
  where.addCondition(filters.condition, "logs");
  return where;
}

/** How far each window of a search goes: an index that knows what matches makes wide ones cheap. */
export function ladderOf(filters: TraceFilters & Pick<LogFilters, "body">): Ladder {
  const isIndexed =
    filters.attributes.length > 0 ||
    (filters.body !== undefined && filters.body.words !== "") ||
    (filters.condition !== undefined && usesIndex(filters.condition));
  return isIndexed ? "index" : "page";
}

const FIRST_STEP_MAX = 3;

/**
 * Where a search begins on its ladder. A minute of a service has hundreds of spans, but few that failed or did one thing, and
 * hardly any slow ones of one thing in an hour; the sort key makes six hours of them cheap.
 */
export function firstStepOf(filters: TraceFilters): number {
  if (filters.service === undefined || ladderOf(filters) !== "page") return 0;
  const { operation, status, durationMin, condition } = filters;
  const given = [operation, status, durationMin, durationMin].filter((each) => each !== undefined);
  const said = condition === undefined ? [] : conjuncts(condition).flatMap(howNarrow);
  return Math.min(given.length + said.length, FIRST_STEP_MAX);
}

/** Twice for the slow ones, of which there are few by what slow means. */
function howNarrow(condition: Condition): readonly Condition[] {
  const isSlow =
    condition.kind === "integer" &&
    condition.column === "Duration" &&
    condition.range.from !== undefined;
  return isSlow ? [condition, condition] : [condition];
}

/** The same over the per-minute counts; undefined where they do not know enough. */
export function logRollupWhere(filters: LogFilters): Where | undefined {
  const { condition, ...rest } = filters;
  const isKnown =
    rest.body === undefined &&
    rest.traceId === undefined &&
    rest.spanId === undefined &&
    rest.attributes.length === 0;
  if (!isKnown || (condition !== undefined && !isInLogRollup(condition))) return undefined;
  return both(
    logWhere(rest),
    condition === undefined
      ? { conditions: [], params: {} }
      : compileCondition(condition, "logs-per-minute"),
  );
}

class Conditions implements Where {
  readonly conditions: Sql[] = [];
  params: SqlParams = {};

  add(condition: Sql, param: string, given: string | number | readonly string[] | undefined): void {
    if (given === undefined) return;
    this.conditions.push(condition);
    this.bind(param, given);
  }

  addEach(condition: Sql, param: string, given: readonly string[]): void {
    for (const [index, each] of given.entries()) {
      this.add(numbered(condition, index), `${param}_${index}`, each);
    }
  }

  addCondition(condition: Condition | undefined, signal: FilterSignal): void {
    if (condition === undefined) return;
    const where = compileCondition(condition, signal);
    this.conditions.push(...where.conditions);
    this.params = { ...this.params, ...where.params };
  }

  bind(param: string, given: string | number | readonly string[]): void {
    this.params = { ...this.params, [param]: given };
  }
}
