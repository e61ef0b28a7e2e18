import { filterConditions, conditionSql } from "./filter-sql.ts";

const BANDS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/** The severity of a log as the pages call it: by its number, else by its text. */
export function severityNameSql(): string {
  const bands = BANDS.flatMap((band) =>
    (filterConditions(`severity:${band}`, "logs") ?? []).map(
      (condition) => `${conditionSql(condition, "logs")}, '${band}'`,
    ),
  );
  return `multiIf(\n    ${bands.join(",\n    ")},\n    'unset')`;
}
