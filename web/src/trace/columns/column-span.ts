import type { Span } from "@throughline/query/wire";
import type { Steps } from "../../lib/slices.ts";
import { spanIdSteps, type SpanIds } from "./span-ids.ts";
import { SpanFlag, type TraceColumns } from "@throughline/query/trace-columns";

const KINDS_BY_STATUS = ["Unset", "Ok", "Error"] as const;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Columns, and what is looked up in them again and again. */
export interface ColumnSource {
  readonly columns: TraceColumns;
  readonly startUnixNano: bigint;
  readonly oddSpanIds: ReadonlyMap<number, string>;
  /** Rows shown as roots because their parents form a circle, and the row of the parent. */
  readonly cuts: ReadonlyMap<number, number>;
  readonly ids: SpanIds;
}

/** Of every answer once: its logs come later, and are put into the same spans. */
const sources = new WeakMap<TraceColumns, ColumnSource>();

export function* sourceSteps(columns: TraceColumns): Steps<ColumnSource> {
  const known = sources.get(columns);
  if (known !== undefined) return known;
  const source = {
    columns,
    startUnixNano: BigInt(columns.about.startTimeUnixNano),
    oddSpanIds: new Map(columns.about.oddSpanIds),
    cuts: new Map(columns.about.cuts),
    ids: yield* spanIdSteps(columns),
  };
  sources.set(columns, source);
  return source;
}

export function spanIdOf({ columns, oddSpanIds }: ColumnSource, row: number): string {
  const odd = oddSpanIds.get(row);
  if (odd !== undefined) return odd;
  let text = "";
  for (let at = row * 8; at < row * 8 + 8; at++) text += HEX[columns.spanIds[at] ?? 0] ?? "";
  return text;
}

/**
 * A span as far as columns know it, read from them when asked: fifty thousand of these cost two fields each. What is not
 * there (attributes, events, links, logs, status message) is empty; `GET /api/traces/{id}/spans/{spanId}` has it.
 */
export class ColumnSpan implements Span {
  readonly #source: ColumnSource;
  readonly #row: number;

  constructor(source: ColumnSource, row: number) {
    this.#source = source;
    this.#row = row;
  }

  get spanId(): string {
    return spanIdOf(this.#source, this.#row);
  }

  get parentSpanId(): string {
    const { columns, cuts } = this.#source;
    const parent = cuts.get(this.#row) ?? columns.parent[this.#row] ?? -1;
    if (parent >= 0) return spanIdOf(this.#source, parent);
    return parent === -1 ? "" : (columns.about.missingParents[-2 - parent] ?? "");
  }

  get name(): string {
    return this.#word("name");
  }

  get kind(): string {
    return this.#word("kind");
  }

  get serviceName(): string {
    return this.#word("service");
  }

  get startTimeUnixNano(): string {
    const { columns, startUnixNano } = this.#source;
    return (startUnixNano + BigInt(Math.round(columns.startNs[this.#row] ?? 0))).toString();
  }

  get durationNano(): string {
    return BigInt(Math.round(this.#source.columns.durationNs[this.#row] ?? 0)).toString();
  }

  get status(): Span["status"] {
    const code = KINDS_BY_STATUS[this.#source.columns.status[this.#row] ?? 0] ?? "Unset";
    return { code, message: "" };
  }

  /** Only where its clock is: what skew is judged by. */
  get resource(): Span["resource"] {
    const host = this.#word("host");
    return host === "" ? NOTHING : { "host.name": host };
  }

  readonly traceState = "";
  readonly scopeName = "";
  readonly scopeVersion = "";
  readonly attributes: Span["attributes"] = NOTHING;
  readonly events: Span["events"] = NONE;
  readonly links: Span["links"] = NONE;
  readonly logs: Span["logs"] = NONE;

  /** Why its place is not the one it asked for; undefined where it is. */
  get salvaged(): string | undefined {
    const flags = this.#source.columns.flags[this.#row] ?? 0;
    if ((flags & SpanFlag.cutFromCircle) !== 0) {
      return "Its parents form a circle; shown as a root.";
    }
    if ((flags & SpanFlag.repeatedId) === 0) return undefined;
    return `Other spans of this trace have the id ${this.spanId}, too; they are left out.`;
  }

  #word(column: "name" | "kind" | "service" | "host"): string {
    const { columns } = this.#source;
    return columns.about.dictionaries[column][columns[column][this.#row] ?? 0] ?? "";
  }
}

const NOTHING: Readonly<Record<string, string>> = Object.freeze({});
const NONE: never[] = [];
