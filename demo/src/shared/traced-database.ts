import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { SpanKind } from "@opentelemetry/api";
import type { Logger } from "pino";
import { inSpan } from "./spans.ts";

export type Row = Readonly<Record<string, unknown>>;

/** One statement with what its span needs to say about it. */
export interface Statement {
  readonly operation: "SELECT" | "INSERT" | "UPDATE" | "DELETE";
  readonly table: string;
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

/**
 * node:sqlite with a hand-made client span per statement: no instrumentation for it exists.
 * @param options.latencyMs a pause inside each span, so that an in-memory database costs what a remote one would
 */
export class TracedDatabase {
  readonly #database: DatabaseSync;
  readonly #name: string;
  readonly #log: Logger;
  readonly #latencyMs: number;

  constructor(options: { name: string; log: Logger; latencyMs: number }) {
    this.#database = new DatabaseSync(":memory:");
    this.#name = options.name;
    this.#log = options.log;
    this.#latencyMs = options.latencyMs;
  }

  /** For the schema, before there is any request. */
  setUp(sql: string): void {
    this.#database.exec(sql);
  }

  query(statement: Statement): Promise<readonly Row[]> {
    const { operation, table, sql, parameters } = statement;
    const attributes = {
      "db.system.name": "sqlite",
      "db.namespace": this.#name,
      "db.operation.name": operation,
      "db.collection.name": table,
      "db.query.text": sql,
    };
    return inSpan(`${operation} ${table}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
      await sleep(this.#latencyMs);
      const rows = this.#database.prepare(sql).all(...parameters);
      span.setAttribute("db.response.returned_rows", rows.length);
      this.#log.debug({ table, rows: rows.length }, `${operation} ${table} done`);
      return rows;
    });
  }

  close(): void {
    this.#database.close();
  }
}
