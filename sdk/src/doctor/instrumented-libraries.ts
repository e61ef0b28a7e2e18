import { isBuiltin } from "node:module";
import {
  getNodeAutoInstrumentations,
  type InstrumentationConfigMap,
} from "@opentelemetry/auto-instrumentations-node";
import { BUNYAN_VERSIONS } from "../capture/bunyan.ts";
import { NOISY } from "../capture/instrumentations.ts";
import { WINSTON_VERSIONS } from "../capture/winston.ts";
import type { Settings } from "../settings.ts";

/** Package name → the version ranges that some instrumentation of the SDK knows. Builtins are left out. */
export type InstrumentedLibraries = ReadonlyMap<string, readonly string[]>;

/** Packages that the SDK covers by itself, through a diagnostics channel. */
const COVERED_BY_CHANNEL: InstrumentedLibraries = new Map([
  ["fastify", ["*"]],
  ["undici", [">=5.12.0"]],
]);

/** Loggers whose lines we record, behind OpenTelemetry's instrumentation of the same name, which knows other versions. */
const RECORDED_BY_US: InstrumentedLibraries = new Map([
  ["bunyan", BUNYAN_VERSIONS],
  ["winston", WINSTON_VERSIONS],
]);

/** Packages that are made of an instrumented one, which is judged by its own version. */
const MADE_OF_OTHERS: InstrumentedLibraries = new Map([["redis", [">=4.0.0"]]]);

/** Of versions that no instrumentation knows: what is seen of them all the same. */
export const SEEN_THROUGH_OTHERS: ReadonlyMap<string, string> = new Map([
  [
    "@nestjs/core",
    "its requests are traced as Express or Fastify shows them, its controllers are no spans of their own",
  ],
]);

export function instrumentedLibraries(settings: Settings): InstrumentedLibraries {
  const libraries = new Map<string, readonly string[]>(COVERED_BY_CHANNEL);
  const config: InstrumentationConfigMap = {};
  if (!settings.instrumentationsChosen) {
    for (const name of NOISY) config[name] = { enabled: false };
  }
  for (const instrumentation of getNodeAutoInstrumentations(config)) {
    for (const { name, supportedVersions } of definitionsOf(instrumentation)) {
      if (isBuiltin(name)) continue;
      libraries.set(name, [...(libraries.get(name) ?? []), ...supportedVersions]);
    }
  }
  for (const [name, versions] of RECORDED_BY_US) {
    if (libraries.has(name)) libraries.set(name, versions);
  }
  for (const [name, versions] of MADE_OF_OTHERS) {
    libraries.set(name, [...(libraries.get(name) ?? []), ...versions]);
  }
  return libraries;
}

interface Definition {
  readonly name: string;
  readonly supportedVersions: readonly string[];
}

/** An instrumentation keeps its definitions in `_modules`; redis has two instrumentations inside of one. */
function definitionsOf(instrumentation: object): readonly Definition[] {
  const inner: readonly unknown[] = Object.values(instrumentation);
  const parts = [instrumentation, ...inner];
  return parts.flatMap((part) => {
    if (typeof part !== "object" || part === null || !("_modules" in part)) return [];
    const modules: unknown = part._modules;
    return Array.isArray(modules) ? modules.filter(isDefinition) : [];
  });
}

function isDefinition(value: unknown): value is Definition {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "supportedVersions" in value &&
    Array.isArray(value.supportedVersions)
  );
}
