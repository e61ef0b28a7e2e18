import type { LogRecord, Span, TraceLogs } from "@throughline/query/wire";
import type { SpanNode, TraceItem } from "../trace-index.ts";
import { ColumnSpan, spanIdOf, type ColumnSource } from "./column-span.ts";

/** A span of the tree that is read from columns when it is looked at: three fields each, however much is known of it. */
export class ColumnNode implements SpanNode {
  readonly items: readonly TraceItem[];
  readonly #source: ColumnSource;
  readonly #row: number;

  constructor(source: ColumnSource, row: number, items: readonly TraceItem[]) {
    this.#source = source;
    this.#row = row;
    this.items = items;
  }

  // oxlint-disable-next-line typescript/class-literal-property-style -- a field would take room in every node
  get kind(): "span" {
    return "span";
  }

  get key(): string {
    return rowKey(this.#source, this.#row);
  }

  get span(): Span {
    return this.#columnSpan;
  }

  get isError(): boolean {
    return this.#source.columns.status[this.#row] === 2;
  }

  get salvaged(): string | undefined {
    return this.#columnSpan.salvaged;
  }

  get #columnSpan(): ColumnSpan {
    return new ColumnSpan(this.#source, this.#row);
  }
}

/** A row without an id of its own is named by its place. */
function rowKey(source: ColumnSource, row: number): string {
  const id = spanIdOf(source, row);
  return id === "" ? `row-${row}` : id;
}

type Line = TraceLogs["logs"][number];

const NOTHING: Readonly<Record<string, string>> = {};

/** A log as far as its line says; what a line does not have is empty, and `GET /api/logs/{id}` has it. */
export class LineLog implements LogRecord {
  readonly #line: Line;
  readonly traceId: string;

  constructor(line: Line, traceId: string) {
    this.#line = line;
    this.traceId = traceId;
  }

  get id(): string {
    return this.#line.id;
  }

  get timeUnixNano(): string {
    return this.#line.timeUnixNano;
  }

  get spanId(): string {
    return this.#line.spanId;
  }

  get severityNumber(): number {
    return this.#line.severityNumber;
  }

  get severityText(): string {
    return this.#line.severityText;
  }

  get serviceName(): string {
    return this.#line.serviceName;
  }

  get body(): string {
    return this.#line.body;
  }

  get traceFlags(): number {
    return 0;
  }

  get eventName(): string {
    return "";
  }

  get scopeName(): string {
    return "";
  }

  get attributes(): LogRecord["attributes"] {
    return NOTHING;
  }

  get resource(): LogRecord["resource"] {
    return NOTHING;
  }
}
