/**
 * What instrumented applications are told while they run: which severities to record, for all services or one, and whether a
 * request may ask to be recorded whole. A YAML or JSON file says it:
 *
 *   logLevels:
 *     default: info
 *     services: { checkout: debug }
 *   requestDebug: true
 *
 * Every field is optional. What is absent is left to the application.
 */
import { parse } from "yaml";
import type { AgentConfig, LogLevel } from "../contract.ts";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

export const NO_AGENT_CONFIG: AgentConfig = { logLevels: { services: {} }, requestDebug: false };

export type ParsedAgentConfig =
  | { readonly kind: "ok"; readonly config: AgentConfig }
  /** Sentences, each naming the field and what it may be. */
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

export function isLogLevel(text: unknown): text is LogLevel {
  return LOG_LEVELS.some((level) => level === text);
}

/** @param text YAML, which JSON is as well; an empty file says nothing and is valid */
export function parseAgentConfig(text: string): ParsedAgentConfig {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { kind: "invalid", problems: [`It is not YAML: ${reason}.`] };
  }
  const problems: string[] = [];
  const root = readMap(document, "The file", ["logLevels", "requestDebug"], problems);
  const levels = readMap(root["logLevels"], "logLevels", ["default", "services"], problems);
  const services = readMap(levels["services"], "logLevels.services", undefined, problems);
  const fallback = readLevel(levels["default"], "logLevels.default", problems);
  const byService = Object.entries(services).flatMap(([service, raw]) => {
    const level = readLevel(raw, `logLevels.services.${service}`, problems);
    return level === undefined ? [] : [[service, level] as const];
  });
  const requestDebug = root["requestDebug"] ?? false;
  if (typeof requestDebug !== "boolean") problems.push("requestDebug must be true or false.");
  if (problems.length > 0) return { kind: "invalid", problems };
  return {
    kind: "ok",
    config: {
      logLevels: {
        ...(fallback === undefined ? {} : { default: fallback }),
        services: Object.fromEntries(byService),
      },
      requestDebug: requestDebug === true,
    },
  };
}

/** The part that concerns one service: an answer changes only when that does, and tells no service about another. */
export function configOf({ logLevels, requestDebug }: AgentConfig, service: string): AgentConfig {
  const own = Object.hasOwn(logLevels.services, service) ? logLevels.services[service] : undefined;
  const services = own === undefined ? {} : Object.fromEntries([[service, own]]);
  return { logLevels: { ...logLevels, services }, requestDebug };
}

/** @param known undefined where any key may be used */
function readMap(
  value: unknown,
  where: string,
  known: readonly string[] | undefined,
  problems: string[],
): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) {
    problems.push(`${where} must hold "name: value" lines.`);
    return {};
  }
  for (const key of Object.keys(value)) {
    if (known !== undefined && !known.includes(key)) {
      problems.push(`${where} has the unknown key "${key}"; known are ${known.join(" and ")}.`);
    }
  }
  return value;
}

function readLevel(value: unknown, where: string, problems: string[]): LogLevel | undefined {
  if (value === undefined || value === null) return undefined;
  const level = typeof value === "string" ? value.toLowerCase() : value;
  if (isLogLevel(level)) return level;
  problems.push(
    `${where} is ${JSON.stringify(value)}; it must be one of ${LOG_LEVELS.join(", ")}.`,
  );
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
