/**
 * What a setting's schema says beyond its JSON Schema keywords. Every facet is part of the TypeBox value itself, so
 * that the one table in `schema.ts` is all that reading, checking, printing and documenting need.
 */
import { Type, type TEnum, type TInteger, type TString } from "typebox";

type Unit = "bytes" | "ms" | "days" | "port" | "count";

interface Facets {
  /** One or two sentences; become the row in docs/settings.md. */
  readonly description: string;
  /** What holds when neither file nor environment say anything; absent: unset. */
  readonly default?: string | number;
  /** Never printed. */
  readonly secret?: boolean;
}

export interface IntegerFacets extends Facets {
  readonly default?: number;
  readonly unit: Unit;
  readonly minimum: number;
  readonly maximum: number;
}

export interface TextFacets extends Facets {
  readonly default?: string;
  /** What the value must look like, for the error message: "a URL that starts with http:// or https://". */
  readonly expected: string;
  readonly pattern?: string;
}

export interface ChoiceFacets<Choice extends string> extends Facets {
  readonly default: Choice;
  readonly enum: readonly Choice[];
}

export type SettingSchema =
  | (TInteger & IntegerFacets)
  | (TString & TextFacets)
  | (TEnum & ChoiceFacets<string>);

export function integer(facets: IntegerFacets): TInteger & IntegerFacets {
  return Object.assign(Type.Integer(), facets);
}

export function text(facets: TextFacets): TString & TextFacets {
  return Object.assign(Type.String(), facets);
}

export function choice<const Choice extends string>(
  facets: ChoiceFacets<Choice>,
): TEnum<Choice[]> & ChoiceFacets<Choice> {
  return Object.assign(Type.Enum([...facets.enum]), facets);
}

export function port(standard: number, description: string): TInteger & IntegerFacets {
  return integer({ description, default: standard, unit: "port", minimum: 1, maximum: 65_535 });
}
