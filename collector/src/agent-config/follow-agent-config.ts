import { readFile, stat } from "node:fs/promises";
import type { Logger } from "pino";
import type { AgentConfig, AgentConfigReading, AgentConfigSource } from "../contract.ts";
import type { CollectorMetrics } from "../telemetry/metrics.ts";
import { configOf, NO_AGENT_CONFIG, parseAgentConfig } from "./agent-config.ts";

const LOOK_MS = 500;
/** Thousands of services fit. */
export const AGENT_CONFIG_BYTES_MAX = 256 * 1024;

export interface FollowOptions {
  /** Need not exist: then nothing is asked of any application. */
  readonly path: string;
  readonly metrics: Pick<CollectorMetrics, "agentConfigLoads">;
  readonly logger: Pick<Logger, "info" | "warn">;
  /** Between two looks at the file, in ms. */
  readonly lookMs?: number;
}

export interface FollowedAgentConfig {
  readonly current: AgentConfigSource;
  stop(): void;
}

/**
 * Reads the file now and again after each change, once it has stayed the same for one look, so that a file which is being
 * written is not taken for a short one. It is looked at rather than watched: renames, symbolic links that are pointed elsewhere (as Kubernetes does) and network
 * file systems all show in a look. What cannot be used is logged and counted; what was read before stays in force.
 */
export async function followAgentConfig(options: FollowOptions): Promise<FollowedAgentConfig> {
  const { path, metrics, logger } = options;
  let reading: AgentConfigReading = { kind: "unavailable", reason: `${path} has not been read.` };
  let loaded = "";
  let seen = "";

  const load = async (version: string): Promise<void> => {
    loaded = version;
    const result = await readConfig(path);
    metrics.agentConfigLoads.inc({ outcome: result.kind === "ok" ? "taken" : "refused" });
    if (result.kind === "ok") {
      const before = reading;
      reading = result;
      if (before.kind === "ok" || version !== ABSENT) {
        logger.info({ path, config: result.config }, "applications are told these log levels");
      }
      return;
    }
    const kept = reading.kind === "ok" ? "what was read before stays in force" : "none is told";
    logger.warn({ path, problems: result.problems }, `the log levels cannot be used; ${kept}`);
    if (reading.kind === "unavailable") {
      reading = { kind: "unavailable", reason: `${path}: ${result.problems.join(" ")}` };
    }
  };

  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    const version = await versionOf(path);
    const settled = version === seen;
    seen = version;
    if (settled && version !== loaded) await load(version);
    looking = false;
  };

  seen = await versionOf(path);
  await load(seen);
  const timer = setInterval(() => void look(), options.lookMs ?? LOOK_MS);
  timer.unref();
  return {
    current: (service) =>
      service === undefined || reading.kind !== "ok"
        ? reading
        : { kind: "ok", config: configOf(reading.config, service) },
    stop: () => clearInterval(timer),
  };
}

const ABSENT = "absent";

/** A text that changes with the file; a file that cannot be looked at has its error's code. */
async function versionOf(path: string): Promise<string> {
  try {
    const { mtimeNs, size, ino } = await stat(path, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch (error) {
    const code = codeOf(error);
    return code === "ENOENT" ? ABSENT : code;
  }
}

type ReadResult =
  | { readonly kind: "ok"; readonly config: AgentConfig }
  | { readonly kind: "invalid"; readonly problems: readonly string[] };

async function readConfig(path: string): Promise<ReadResult> {
  try {
    const { size } = await stat(path);
    if (size > AGENT_CONFIG_BYTES_MAX) {
      return {
        kind: "invalid",
        problems: [`It has ${size} bytes; ${AGENT_CONFIG_BYTES_MAX} are allowed.`],
      };
    }
    return parseAgentConfig(await readFile(path, "utf8"));
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return { kind: "ok", config: NO_AGENT_CONFIG };
    return { kind: "invalid", problems: [`It cannot be read: ${code}.`] };
  }
}

function codeOf(error: unknown): string {
  if (error instanceof Error && "code" in error) return String(error.code);
  return String(error);
}
