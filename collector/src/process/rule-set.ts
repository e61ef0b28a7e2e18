/**
 * The rules as the encoding workers take them: plain data that survives `postMessage`, checked before it is made.
 * `rules/` makes one of these from a YAML file; `record-processor.ts` runs it.
 *
 * The order for each record: filters and sampling look at what was sent; then attributes are renamed, dropped and added;
 * redaction comes last and sees them under both names. Only what rules add is stored as it was written.
 */
import type { Signal } from "../contract.ts";

export interface RuleSet {
  /** 1 for the rules a process starts with; grows with each reload. */
  readonly version: number;
  /** Filters and sampling, in the order of the file; the first that drops a record is the one that is counted. */
  readonly drops: readonly DropRule[];
  readonly attributes: readonly AttributeRule[];
  readonly redactions: readonly RedactionRule[];
  /** For `hash`; empty where no rule hashes. */
  readonly hashKey: string;
}

/** A test of one text. */
export type TextTest =
  | { readonly kind: "exists"; readonly exists: boolean }
  | { readonly kind: "equals"; readonly values: readonly string[] }
  /** Linear in the text's length. */
  | { readonly kind: "matches"; readonly expression: string };

/** Everything that is given must hold. */
export interface Condition {
  readonly services?: readonly string[] | undefined;
  /** OTLP severity numbers; a record without a severity fulfils neither. */
  readonly severityBelow?: number | undefined;
  readonly severityAtLeast?: number | undefined;
  /** Status code of a span. */
  readonly status?: number | undefined;
  readonly spanName?: TextTest | undefined;
  readonly metricName?: TextTest | undefined;
  readonly body?: TextTest | undefined;
  /** Looked up in the record's attributes, then its scope's, then its resource's. */
  readonly attributes: readonly { readonly key: string; readonly test: TextTest }[];
}

interface DropRuleCommon {
  readonly name: string;
  readonly signals: readonly Signal[];
  readonly when: Condition;
  readonly unless: Condition | undefined;
}

export type DropRule =
  | (DropRuleCommon & { readonly kind: "filter" })
  | (DropRuleCommon & {
      readonly kind: "sampling";
      /** 0 to 100, of traces. */
      readonly keepPercent: number;
      readonly withoutTraceId: "keep" | "sample";
    });

/** Where attributes are. `record` is a log record, a span or a data point. */
export const ATTRIBUTE_LEVELS = [
  "resource",
  "scope",
  "record",
  "event",
  "link",
  "exemplar",
] as const;
export type AttributeLevel = (typeof ATTRIBUTE_LEVELS)[number];

export type AttributeRule = {
  readonly name: string;
  readonly on: readonly AttributeLevel[];
} & (
  | { readonly action: "drop"; readonly keys: readonly string[] }
  | { readonly action: "rename"; readonly from: string; readonly to: string }
  | {
      readonly action: "add";
      readonly key: string;
      readonly value: string;
      /** False: what was sent counts. */
      readonly overwrite: boolean;
    }
);

/** What is recognized by its own form, in any text. */
export const DETECTORS = [
  "card",
  "jwt",
  "bearer",
  "cloud_key",
  "private_key",
  "url_password",
  "email",
  "iban",
] as const;
export type Detector = (typeof DETECTORS)[number];

export interface RedactionRule {
  readonly name: string;
  readonly find:
    | { readonly kind: "detector"; readonly detector: Detector }
    /** Patterns of keys: the whole value goes. */
    | { readonly kind: "keys"; readonly keys: readonly string[] }
    | { readonly kind: "expression"; readonly expression: string };
  readonly action: "mask" | "drop" | "hash";
  /** Characters that a mask leaves at the end. */
  readonly keepLast: number;
}

/** What is not pure, or not ours, and therefore passed in. */
export interface ProcessTools {
  /** @throws when the expression is none */
  compile(expression: string): LinearExpression;
  /** @returns lower-case hexadecimal digits of HMAC-SHA256 */
  hmac(key: string, bytes: Uint8Array): string;
}

/** An expression that takes time in proportion to the text, whatever both are. */
export interface LinearExpression {
  test(text: string): boolean;
  /** @returns start and end of each match in UTF-16 units, in order, none overlapping, none empty */
  matches(text: string): readonly (readonly [start: number, end: number])[];
}

export const NO_RULES: RuleSet = {
  version: 0,
  drops: [],
  attributes: [],
  redactions: [],
  hashKey: "",
};
