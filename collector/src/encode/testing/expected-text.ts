import type { AnyValue, KeyValue } from "./decoded.ts";
import type { NativeValue } from "./native-reader.ts";

/** The text of an any-value, the slow and obvious way. */
export function expectedText(any: AnyValue | undefined): string {
  const value = any?.value;
  if (value === undefined) return "";
  switch (value.case) {
    case undefined:
      return "";
    case "stringValue":
      return value.value;
    case "boolValue":
    case "intValue":
      return String(value.value);
    case "doubleValue":
      if (Number.isNaN(value.value)) return "json: unsupported value: NaN";
      if (value.value === Infinity) return "json: unsupported value: +Inf";
      if (value.value === -Infinity) return "json: unsupported value: -Inf";
      return numberText(value.value);
    case "bytesValue":
      return Buffer.from(value.value).toString("base64");
    case "arrayValue":
    case "kvlistValue":
      return json(any);
  }
}

/** A map's items: sorted by the bytes of the keys, each key once, the last value counting. */
export function expectedMap(attributes: readonly KeyValue[]): readonly NativeValue[] {
  const last = new Map(attributes.map(({ key, value }) => [key, expectedText(value)]));
  return sortedByKey(last).map(([key, value]): NativeValue => [key, value]);
}

export function expectedId(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  return /^0*$/.test(hex) ? "" : hex;
}

function json(any: AnyValue | undefined): string {
  const value = any?.value;
  if (value === undefined) return "null";
  switch (value.case) {
    case undefined:
      return "null";
    case "stringValue":
      return JSON.stringify(value.value);
    case "boolValue":
    case "intValue":
      return String(value.value);
    case "doubleValue":
      return Number.isFinite(value.value) ? numberText(value.value) : `"${value.value}"`;
    case "bytesValue":
      return `"${Buffer.from(value.value).toString("base64")}"`;
    case "arrayValue":
      return `[${value.value.values.map(json).join(",")}]`;
    case "kvlistValue": {
      const last = new Map(value.value.values.map((entry) => [entry.key, json(entry.value)]));
      return `{${sortedByKey(last)
        .map(([key, text]) => `${JSON.stringify(key)}:${text}`)
        .join(",")}}`;
    }
  }
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : JSON.stringify(value);
}

function sortedByKey(map: ReadonlyMap<string, string>): readonly [string, string][] {
  return [...map].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
