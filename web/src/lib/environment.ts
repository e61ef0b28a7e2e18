/**
 * The environment a page looks at: production, staging. Its attribute is `deployment.environment.name`; until semantic
 * conventions 1.27 it was `deployment.environment`, which many SDKs still send. The rollups know the newer name only.
 * In the URL: `environment=<value>`, and `envkey` says in which of the attributes it stands when that is not the newer one.
 */
import {
  type Filter,
  type FilterSignal,
  parseFilter,
  printFilter,
} from "@throughline/query/filter";
import { attributeField, isValue } from "./filter-edit.ts";

/** `name`: `deployment.environment.name`; `older`: `deployment.environment`; `both`: either. */
export type EnvironmentKey = "name" | "older" | "both";

export interface Environment {
  readonly value: string;
  readonly key: EnvironmentKey;
}

/** @returns the environment of a URL; undefined for all */
export function readEnvironment(search: string): Environment | undefined {
  const params = new URLSearchParams(search);
  const value = params.get("environment") ?? "";
  if (value === "") return undefined;
  const key = params.get("envkey");
  return { value, key: key === "older" || key === "both" ? key : "name" };
}

/** The parameters of an environment; none for all. */
export function environmentPatch(environment: Environment | undefined) {
  return {
    environment: environment?.value,
    envkey: environment === undefined || environment.key === "name" ? undefined : environment.key,
  };
}

/** @returns what a record of the environment meets */
function environmentCondition({ value, key }: Environment, signal: FilterSignal): Filter {
  const newer = isValue("env", value);
  if (key === "name") return newer;
  const older = isValue(attributeField("deployment.environment", "resource", signal), value);
  return key === "older" ? older : { kind: "or", of: [newer, older] };
}

/** @returns the filter, of the environment's records only; the same where there is none, or it is no filter */
export function inEnvironment(
  q: string,
  environment: Environment | undefined,
  signal: FilterSignal,
): string {
  if (environment === undefined) return q;
  const condition = environmentCondition(environment, signal);
  const printed = printFilter(condition);
  const only = condition.kind === "or" ? `(${printed})` : printed;
  const text = q.trim();
  if (text === "") return only;
  const parsed = parseFilter(text);
  if (parsed.kind !== "filter") return q;
  return `${parsed.filter.kind === "or" ? `(${text})` : text} ${only}`;
}
