/** One setting's value: from text or YAML to the checked value, and back to text for people. */
import { Value } from "typebox/value";
import type { IntegerFacets, SettingSchema } from "./facets.ts";

export type SettingValue = string | number;

export type ParsedValue =
  | { readonly kind: "ok"; readonly value: SettingValue }
  /** What would have been accepted, to be put after "expected". */
  | { readonly kind: "invalid"; readonly expected: string };

const BYTE_UNITS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["b", 1],
  ["kb", 1e3],
  ["mb", 1e6],
  ["gb", 1e9],
  ["tb", 1e12],
  ["kib", 2 ** 10],
  ["mib", 2 ** 20],
  ["gib", 2 ** 30],
  ["tib", 2 ** 40],
]);

/** @param raw the text of an environment variable, or whatever YAML held under the key */
export function parseValue(schema: SettingSchema, raw: unknown): ParsedValue {
  const value = isInteger(schema) ? toInteger(schema, raw) : raw;
  if ((typeof value === "string" || typeof value === "number") && accepts(schema, value)) {
    return { kind: "ok", value };
  }
  return { kind: "invalid", expected: expectation(schema) };
}

/** What a value of this setting looks like: "a whole number from 1 to 65535". */
export function expectation(schema: SettingSchema): string {
  if (!isInteger(schema)) {
    return "expected" in schema ? schema.expected : `one of ${schema.enum.join(", ")}`;
  }
  const { minimum, maximum } = schema;
  switch (schema.unit) {
    case "port":
      return `a port number from ${minimum} to ${maximum}`;
    case "bytes":
      return `a size such as ${formatBytes(schema.default || 2 ** 30)}, from ${formatBytes(minimum)} to ${formatBytes(maximum)}`;
    case "ms":
      return `whole milliseconds from ${minimum} to ${maximum}`;
    case "days":
      return `whole days from ${minimum} to ${maximum}`;
    case "count":
      return `a whole number from ${minimum} to ${maximum}`;
  }
}

/** For people: sizes in binary units, secrets masked, unset said. */
export function formatValue(schema: SettingSchema, value: SettingValue | undefined): string {
  if (value === undefined) {
    return "(unset)";
  }
  if (schema.secret === true) {
    return value === "" ? "(empty)" : "********";
  }
  if (isInteger(schema) && schema.unit === "bytes" && typeof value === "number") {
    return formatBytes(value);
  }
  return value === "" ? "(empty)" : String(value);
}

/** 67108864 is 64MiB; a size that is no whole number of any unit stays a number. */
export function formatBytes(sizeBytes: number): string {
  for (const [suffix, unit] of [
    ["TiB", 2 ** 40],
    ["GiB", 2 ** 30],
    ["MiB", 2 ** 20],
    ["KiB", 2 ** 10],
  ] as const) {
    if (sizeBytes >= unit && sizeBytes % unit === 0) {
      return `${sizeBytes / unit}${suffix}`;
    }
  }
  return String(sizeBytes);
}

function isInteger(schema: SettingSchema): schema is SettingSchema & IntegerFacets {
  return "unit" in schema;
}

function accepts(schema: SettingSchema, value: SettingValue): boolean {
  return Value.Check(schema, value);
}

function toInteger(schema: IntegerFacets, raw: unknown): unknown {
  if (typeof raw !== "string") {
    return raw;
  }
  const match = /^(\d+)\s*([A-Za-z]*)$/.exec(raw.trim());
  const digits = match?.[1];
  const suffix = (match?.[2] ?? "").toLowerCase();
  const factor = schema.unit === "bytes" ? BYTE_UNITS.get(suffix) : suffix === "" ? 1 : undefined;
  return digits === undefined || factor === undefined ? raw : Number(digits) * factor;
}
