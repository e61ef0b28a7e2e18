/** Environments as the options of a select, and back. Pure. */
import type { Environments } from "@throughline/query/wire";
import type { Environment, EnvironmentKey } from "../lib/environment.ts";

const KEYS: readonly EnvironmentKey[] = ["name", "older", "both"];

export function writeOption({ value, key }: Environment): string {
  return `${key}:${value}`;
}

/** @returns undefined for all environments */
export function readOption(option: string): Environment | undefined {
  const key = KEYS.find((each) => option.startsWith(`${each}:`));
  const value = key === undefined ? "" : option.slice(key.length + 1);
  return key === undefined || value === "" ? undefined : { key, value };
}

function keyOf(attributes: Environments["environments"][number]["attributes"]): EnvironmentKey {
  if (!attributes.includes("deployment.environment")) return "name";
  return attributes.includes("deployment.environment.name") ? "both" : "older";
}

/** @param current is an option, too, when nothing of it is stored in the range */
export function environmentOptions(
  environments: Environments["environments"],
  current: Environment | undefined,
): readonly (readonly [option: string, words: string])[] {
  const all = environments.map(({ value, attributes }) => ({ value, key: keyOf(attributes) }));
  const isListed =
    current === undefined ||
    all.some(({ value, key }) => value === current.value && key === current.key);
  return (isListed ? all : [current, ...all]).map((each) => [writeOption(each), each.value]);
}
