/**
 * Where settings come from: defaults, then `throughline.yaml`, then the environment; the later wins. Every problem of
 * both sources is reported at once, each naming the key, the value, and what would have been accepted.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Value } from "typebox/value";
import { parse as parseYaml } from "yaml";
import { DEFINITIONS, type SettingDefinition } from "./definitions.ts";
import { findContradictions, LimitsSchema, toLimits, type Limits } from "./limits.ts";
import { nearestName } from "./nearest.ts";
import { SettingsSchema, type Settings } from "./schema.ts";
import { formatValue, parseValue, type SettingValue } from "./values.ts";

export const DEFAULT_FILE_NAME = "throughline.yaml";
/** Names the file; it is no setting, because a file cannot name itself. */
const CONFIG_VARIABLE = "THROUGHLINE_CONFIG";

type Source = "default" | "file" | "environment";

interface EffectiveSetting {
  readonly definition: SettingDefinition;
  /** undefined: unset, and without a default. */
  readonly value: SettingValue | undefined;
  readonly source: Source;
}

export interface SettingsInput {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDir: string;
  /** From `--config`; wins over THROUGHLINE_CONFIG. */
  readonly configFile?: string | undefined;
}

export type SettingsResult =
  | {
      readonly kind: "ok";
      readonly settings: Settings;
      readonly limits: Limits;
      /** One per setting, in the order of the table; as given, not resolved. */
      readonly effective: readonly EffectiveSetting[];
      /** The file that was read, absolute; undefined when there was none. */
      readonly file: string | undefined;
    }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

interface SourceValues {
  readonly values: ReadonlyMap<string, SettingValue>;
  readonly problems: readonly string[];
}

export function readSettings(input: SettingsInput): SettingsResult {
  const file = readFileValues(input);
  const environment = readEnvironment(input.environment);
  const problems = [...file.problems, ...environment.problems];
  if (problems.length > 0) {
    return { kind: "invalid", problems };
  }
  const effective = DEFINITIONS.map((definition) =>
    effectiveSetting(definition, file.values, environment.values),
  );
  const values = new Map(
    effective.flatMap(({ definition, value }) =>
      value === undefined ? [] : [[definition.key, value] as const],
    ),
  );
  const limits = Value.Parse(LimitsSchema, toLimits(values));
  const faults = findContradictions(limits);
  if (faults.length > 0) {
    return { kind: "invalid", problems: faults };
  }
  return {
    kind: "ok",
    settings: toSettings(values, input.workingDir),
    limits,
    effective,
    file: file.path,
  };
}

function toSettings(values: ReadonlyMap<string, SettingValue>, workingDir: string): Settings {
  const keys = Object.keys(SettingsSchema.properties);
  const known = Object.fromEntries([...values].filter(([key]) => keys.includes(key)));
  const settings = Value.Parse(SettingsSchema, known);
  // Every process of the product must mean the same folder, wherever it was started.
  const dataDir = resolve(workingDir, settings.dataDir);
  const agentConfigFile = resolve(dataDir, settings.agentConfigFile);
  const rules = settings.rules === undefined ? {} : { rules: resolve(workingDir, settings.rules) };
  return { ...settings, ...rules, dataDir, agentConfigFile };
}

function effectiveSetting(
  definition: SettingDefinition,
  file: ReadonlyMap<string, SettingValue>,
  environment: ReadonlyMap<string, SettingValue>,
): EffectiveSetting {
  const fromEnvironment = environment.get(definition.key);
  if (fromEnvironment !== undefined) {
    return { definition, value: fromEnvironment, source: "environment" };
  }
  const fromFile = file.get(definition.key);
  if (fromFile !== undefined) {
    return { definition, value: fromFile, source: "file" };
  }
  return { definition, value: definition.schema.default, source: "default" };
}

// ── throughline.yaml ────────────────────────────────────────────────────────────────────────────────────────────

function readFileValues(input: SettingsInput): SourceValues & { readonly path?: string } {
  const named = input.configFile ?? nonEmpty(input.environment[CONFIG_VARIABLE]);
  const path = resolve(input.workingDir, named ?? DEFAULT_FILE_NAME);
  let content: string;
  try {
    content = readFileSync(path, "utf8");
  } catch (error) {
    if (named === undefined && isMissing(error)) {
      return { values: new Map(), problems: [] };
    }
    return { values: new Map(), problems: [`${path} cannot be read: ${messageOf(error)}`] };
  }
  let document: unknown;
  try {
    document = parseYaml(content);
  } catch (error) {
    return { values: new Map(), problems: [`${path} is not YAML: ${messageOf(error)}`] };
  }
  if (document === null) {
    return { values: new Map(), problems: [], path };
  }
  if (typeof document !== "object" || Array.isArray(document)) {
    return { values: new Map(), problems: [`${path} must be a list of "key: value" lines`] };
  }
  return { ...checkFileValues(path, document), path };
}

function checkFileValues(path: string, document: object): SourceValues {
  const values = new Map<string, SettingValue>();
  const problems: string[] = [];
  for (const [key, raw] of Object.entries(document)) {
    const definition = DEFINITIONS.find((candidate) => candidate.key === key);
    if (definition === undefined) {
      problems.push(`${path}: unknown key "${key}"${suggestion(key, fileNames)}`);
    } else if (raw !== null) {
      collect(definition, raw, `${path}: ${key}`, { values, problems });
    }
  }
  return { values, problems };
}

const fileNames = DEFINITIONS.map(({ key }) => key);

// ── environment ─────────────────────────────────────────────────────────────────────────────────────────────────

/** Kubernetes puts these into every container beside a Service named throughline or clickhouse; nobody wrote them. */
const SERVICE_LINK = /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT_\d+_(TCP|UDP)(_(ADDR|PORT|PROTO))?$/;

function readEnvironment(environment: SettingsInput["environment"]): SourceValues {
  const values = new Map<string, SettingValue>();
  const problems: string[] = [];
  for (const [name, text] of Object.entries(environment)) {
    if (!isOurs(name) || nonEmpty(text) === undefined) {
      continue;
    }
    const definition = DEFINITIONS.find((candidate) => candidate.environment === name);
    if (definition !== undefined) {
      collect(definition, text, name, { values, problems });
    } else if (!isServiceLink(name, text)) {
      problems.push(`unknown environment variable ${name}${suggestion(name, environmentNames)}`);
    }
  }
  return { values, problems };
}

/** THROUGHLINE_SDK_* are settings of the applications that the SDK instruments; a shell may have them for those. */
function isOurs(name: string): boolean {
  const prefixed = name.startsWith("THROUGHLINE_") || name.startsWith("CLICKHOUSE_");
  return prefixed && name !== CONFIG_VARIABLE && !name.startsWith("THROUGHLINE_SDK_");
}

const environmentNames = [...DEFINITIONS.map(({ environment }) => environment), CONFIG_VARIABLE];

function isServiceLink(name: string, text: string | undefined): boolean {
  return SERVICE_LINK.test(name) || (name.endsWith("_PORT") && text?.startsWith("tcp://") === true);
}

// ── both ────────────────────────────────────────────────────────────────────────────────────────────────────────

function collect(
  definition: SettingDefinition,
  raw: unknown,
  where: string,
  into: { values: Map<string, SettingValue>; problems: string[] },
): void {
  const parsed = parseValue(definition.schema, raw);
  if (parsed.kind === "ok") {
    into.values.set(definition.key, parsed.value);
    return;
  }
  const shown = definition.schema.secret === true ? "the value given" : JSON.stringify(raw);
  const fallback = formatValue(definition.schema, definition.schema.default);
  into.problems.push(`${where} is ${shown}; expected ${parsed.expected} (default ${fallback})`);
}

function suggestion(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates);
  return nearest === undefined
    ? "; `throughline config` lists the known ones"
    : `; did you mean ${nearest}?`;
}

/** An empty variable is an unset one: `NAME=` and compose's `${NAME:-}` mean "nothing here". */
function nonEmpty(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
