/** From a plan of cells to the statement that reads them. */
import { rollupSeconds } from "../search/time-range.ts";
import { type Sql, anyOf, compose, loadSql, numbered } from "../sql/sql.ts";
import type { CellPlan, Span } from "./cells.ts";

const SQL = loadSql("services.sql", [
  "cells",
  "minutes",
  "operation-minutes",
  "of-width",
  "of-minutes",
  "together",
]);

/** Statements of one shape; each has a place for conditions. */
export interface CellTables {
  readonly cells: Sql;
  /** Undefined where plans have no minutes of whole services. */
  readonly minutes: Sql | undefined;
  readonly rates: Sql;
}

/** Of every service, with its operations. */
export const OF_SERVICES: CellTables = {
  cells: SQL.cells,
  minutes: SQL.minutes,
  rates: SQL["operation-minutes"],
};

/** A statement, and the values of its pieces. */
export interface CellStatement {
  readonly sql: Sql;
  readonly params: Readonly<Record<string, string | number>>;
}

/** @param own conditions of each table's own, such as the service by which it is sorted */
export function cellStatement(
  plan: CellPlan,
  tables: CellTables,
  own: readonly Sql[] = [],
): CellStatement {
  const pieces = new CellPieces();
  const parts: Sql[] = [];
  const add = (table: Sql | undefined, conditions: readonly Sql[]): void => {
    if (table === undefined || conditions.length === 0) return;
    parts.push(compose(table, [...own, anyOf(conditions)]));
  };
  add(tables.cells, [
    ...plan.hours.map((span) => pieces.ofWidth(3_600, span)),
    ...plan.fives.map((span) => pieces.ofWidth(300, span)),
  ]);
  add(
    tables.minutes,
    plan.minutes.map((span) => pieces.ofMinutes(span)),
  );
  add(
    tables.rates,
    plan.rates.map((span) => pieces.ofMinutes(span)),
  );
  return { sql: union(parts, compose(tables.cells, [anyOf([])])), params: pieces.params };
}

/** @param nothing where there are no parts: a range without a minute */
export function union(parts: readonly Sql[], nothing: Sql): Sql {
  const [first = nothing, ...rest] = parts;
  return rest.reduce<Sql>(
    (sql, second) => compose(SQL.together, [], { first: sql, second }),
    first,
  );
}

/** Conditions of spans of cells, each with its values under names of its own. */
export class CellPieces {
  readonly params: Record<string, string | number> = {};
  #count = 0;

  ofWidth(width: number, [from, to]: Span): Sql {
    const index = this.#count++;
    this.params[`width_${index}`] = width;
    this.params[`cell_from_${index}`] = rollupSeconds(from);
    this.params[`cell_to_${index}`] = rollupSeconds(to);
    return numbered(SQL["of-width"], index);
  }

  ofMinutes([from, to]: Span): Sql {
    const index = this.#count++;
    this.params[`minute_from_${index}`] = rollupSeconds(from);
    this.params[`minute_to_${index}`] = rollupSeconds(to);
    return numbered(SQL["of-minutes"], index);
  }
}
