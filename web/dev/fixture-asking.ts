/** Answers of what stands around the lists: completion, the heatmap, what differs. Made by scanning. */
import type {
  Deltas,
  Facets,
  Fields,
  FieldValues,
  LatencyHeatmap,
  Meta,
} from "@throughline/query/wire";
import { printFilter, quote } from "@throughline/query/filter";
// @boundaries-ignore development only: the package does not offer it to the application
import { rankDifferences } from "../../query/src/deltas/rank.ts";
// @boundaries-ignore development only: the package does not offer it to the application
import type { StoredRow } from "../../query/src/testing/evaluate-condition.ts";
import { resolveRange } from "../src/lib/time-range.ts";
import type { RowFilter } from "./fixture-filter.ts";

const PLAIN = /^[\w.:-]+$/;
const BANDS = 16;
const NANOS_PER_MS = 1_000_000n;

interface Counts extends Map<string, number> {}

function count(counts: Counts, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function mostFrequent(counts: Counts): readonly (readonly [string, number])[] {
  return [...counts].toSorted((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
}

export function fieldsAnswer(rows: readonly StoredRow[], meta: Meta): Fields {
  const scopes = [
    ["record", (row: StoredRow) => row.record],
    ["resource", (row: StoredRow) => row.ResourceAttributes],
  ] as const;
  return {
    columns: [],
    attributes: scopes.flatMap(([scope, mapOf]) => {
      const counts: Counts = new Map();
      for (const row of rows) for (const key of Object.keys(mapOf(row))) count(counts, key);
      return mostFrequent(counts).map(([key, records]) => ({
        name: `${scope === "resource" ? "resource." : ""}${PLAIN.test(key) ? key : quote(key)}`,
        key,
        scope,
        records,
        from: scope === "record" ? ("index" as const) : ("sample" as const),
      }));
    }),
    meta,
  };
}

const COLUMNS: Readonly<Record<string, string>> = {
  service: "ServiceName",
  name: "SpanName",
  operation: "SpanName",
  status: "StatusCode",
  kind: "SpanKind",
  event: "EventName",
};

export function valuesAnswer(
  rows: readonly StoredRow[],
  params: URLSearchParams,
  meta: Meta,
): FieldValues {
  const field = params.get("field") ?? "";
  const prefix = params.get("prefix") ?? "";
  const key = field.replace(/^(?:attr|resource)\./, "").replaceAll('"', "");
  const column = COLUMNS[field];
  const counts: Counts = new Map();
  for (const row of rows) {
    const found =
      column === undefined ? (row.record[key] ?? row.ResourceAttributes[key]) : row.texts[column];
    const value = field === "status" || field === "kind" ? found?.toLowerCase() : found;
    if (value !== undefined && value.startsWith(prefix)) count(counts, value);
  }
  return {
    values: mostFrequent(counts)
      .slice(0, 20)
      .map(([value, records]) => ({
        value,
        filter: /^\w[\w.-]*$/.test(value) ? value : quote(value),
        records,
      })),
    hasMore: counts.size > 20,
    from: column === undefined ? "index" : "rollup",
    meta,
  };
}

const WIDTHS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21600, 86400];

export function heatmapAnswer(
  rows: readonly StoredRow[],
  params: URLSearchParams,
  given: { readonly nowMs: number; readonly meta: Meta },
): LatencyHeatmap {
  const { fromMs, toMs } = rangeOf(params, given.nowMs);
  const wanted = (toMs - fromMs) / 1000 / Number(params.get("buckets") ?? "120");
  const bucketSeconds = WIDTHS.find((seconds) => seconds >= wanted) ?? 86400;
  const widthMs = bucketSeconds * 1000;
  const first = Math.floor(fromMs / widthMs);
  const cells = new Map<string, LatencyHeatmap["cells"][number]>();
  const bandOf = (row: StoredRow) =>
    Math.floor(Math.log10(Math.max(1, Number(row.integers["Duration"] ?? 0n))) * BANDS);
  const bands = rows.map(bandOf);
  const lowest = Math.min(...bands);
  const highest = Math.max(...bands);
  rows.forEach((row, i) => {
    const column = Math.floor(Number(row.Timestamp / NANOS_PER_MS) / widthMs) - first;
    const band = (bands[i] ?? 0) - lowest;
    const cell = cells.get(`${column} ${band}`) ?? { column, row: band, spans: 0, errors: 0 };
    cells.set(`${column} ${band}`, {
      ...cell,
      spans: cell.spans + 1,
      errors: cell.errors + (row.texts["StatusCode"] === "Error" ? 1 : 0),
    });
  });
  const start = (band: number) => String(Math.ceil(10 ** (band / BANDS)));
  return {
    fromUnixNano: `${first * widthMs}000000`,
    bucketSeconds,
    columns: Math.floor((toMs - 1) / widthMs) - first + 1,
    rows: Array.from({ length: rows.length === 0 ? 0 : highest - lowest + 1 }, (_, i) => ({
      fromNano: start(lowest + i),
      toNano: start(lowest + i + 1),
    })),
    cells: [...cells.values()],
    meta: given.meta,
  };
}

function rangeOf(params: URLSearchParams, nowMs: number) {
  return resolveRange(
    { from: params.get("from") ?? "now-1h", to: params.get("to") ?? "now" },
    nowMs,
  );
}

export function deltasAnswer(
  rows: readonly StoredRow[],
  params: URLSearchParams,
  given: { readonly also: RowFilter; readonly meta: Meta },
): Deltas {
  const time = (name: string, otherwise: bigint) => {
    const text = params.get(name);
    return text === null ? otherwise : BigInt(Date.parse(text)) * NANOS_PER_MS;
  };
  const [from, to] = [time("selectionFrom", 0n), time("selectionTo", 2n ** 63n)];
  const min = BigInt(params.get("selectionMinDuration") ?? "0");
  const max = BigInt(params.get("selectionMaxDuration") ?? String(2n ** 63n));
  const isSelected = (row: StoredRow) => {
    const duration = row.integers["Duration"] ?? 0n;
    return (
      row.Timestamp >= from &&
      row.Timestamp < to &&
      duration >= min &&
      duration <= max &&
      given.also(row)
    );
  };
  const selected = rows.filter((row) => isSelected(row));
  const rest = rows.filter((row) => !isSelected(row));
  const [inside, outside] = [countItems(selected), countItems(rest)];
  const counted = [...new Set([...inside.keys(), ...outside.keys()])].map((item) => {
    const at = item.indexOf("\0");
    return {
      key: item.slice(0, at),
      value: item.slice(at + 1),
      selected: inside.get(item) ?? 0,
      rest: outside.get(item) ?? 0,
    };
  });
  const differences = rankDifferences(
    counted,
    { selected: selected.length, rest: rest.length },
    counted.length,
  );
  return {
    selected: selected.length,
    rest: rest.length,
    countedEvery: 1,
    differences: differences.slice(0, 50),
    differenceCount: differences.length,
    meta: given.meta,
  };
}

function countItems(rows: readonly StoredRow[]): Counts {
  const counts: Counts = new Map();
  for (const row of rows) {
    count(counts, `service.name\0${row.texts["ServiceName"]}`);
    count(counts, `name\0${row.texts["SpanName"]}`);
    count(counts, `kind\0${row.texts["SpanKind"]}`);
    count(counts, `status\0${row.texts["StatusCode"]}`);
    for (const [key, value] of Object.entries(row.record))
      count(counts, `attribute.${key}\0${value}`);
    for (const [key, value] of Object.entries(row.ResourceAttributes))
      if (key !== "service.name") count(counts, `resource.${key}\0${value}`);
  }
  return counts;
}

const FACETS: Readonly<Record<string, readonly string[]>> = {
  traces: ["service", "status", "kind", "name", "http.route", "http.request.method"],
  logs: ["service", "severity", "resource.host.name", "order.id"],
};
const SAMPLED = new Set(["http.request.method", "order.id"]);

/** @param rowsWithout the rows that meet every condition but those on a field */
export function facetsAnswer(
  rowsWithout: (field: string) => readonly StoredRow[],
  params: URLSearchParams,
  given: { readonly signal: "logs" | "traces"; readonly meta: Meta },
): Facets {
  const asked = params.getAll("field");
  const fields = asked.length > 0 ? asked : (FACETS[given.signal] ?? []);
  return {
    facets: fields.map((field) => {
      const rows = rowsWithout(field);
      const counts: Counts = new Map();
      for (const row of rows) {
        const value = facetValue(row, field);
        if (value !== undefined) count(counts, value);
      }
      const values = mostFrequent(counts);
      return {
        field,
        total: rows.length,
        records: values.reduce((sum, [, records]) => sum + records, 0),
        distinct: values.length,
        from: SAMPLED.has(field) ? ("sample" as const) : ("records" as const),
        countedEvery: SAMPLED.has(field) ? 8 : 1,
        exact: !SAMPLED.has(field),
        values: values.slice(0, Number(params.get("values") ?? "10")).map(([value, records]) => ({
          value,
          records,
          filter: printFilter({
            kind: "field",
            field: { kind: "name", name: field },
            test: { kind: "match", text: value },
          }),
        })),
      };
    }),
    meta: given.meta,
  };
}

function facetValue(row: StoredRow, field: string): string | undefined {
  if (field === "severity") return (row.texts["SeverityText"] ?? "").toLowerCase() || "unset";
  const column = COLUMNS[field];
  if (column === undefined)
    return row.record[field] ?? row.ResourceAttributes[field.replace(/^resource\./, "")];
  const value = row.texts[column] ?? "";
  return field === "status" || field === "kind" ? value.toLowerCase() : value;
}
