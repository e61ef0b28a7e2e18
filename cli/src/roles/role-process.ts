/**
 * The life of a collector or query process: start, run until told to end, stop within a bound.
 *
 * Alone, it is told by SIGINT or SIGTERM; SIGHUP lets the collector read its rules again, and ends query. Supervised, it is told by its parent over IPC, or by the channel's
 * end when the parent was killed; the terminal's Ctrl-C, which reaches the whole process group, is left to the parent,
 * so that roles end in the parent's order.
 */
import type { ClickHouseConnection } from "@throughline/schemas";
import type { Logger } from "pino";
import { Value } from "typebox/value";
import { CommandError, loadSettings, type Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { createLogger } from "../log/logger.ts";
import type { Limits } from "../settings/limits.ts";
import type { Settings } from "../settings/schema.ts";
import { StartMessage, StopMessage, type FromRole } from "../supervisor/messages.ts";
import { connectionFor, type ClickHouseUser } from "./connection.ts";

interface RoleInput {
  readonly settings: Settings;
  readonly limits: Limits;
  readonly clickhouse: ClickHouseConnection;
  readonly logger: Logger;
}

interface RunningRole {
  /** `what host:port`, for the line that says what listens where. */
  readonly addresses: readonly string[];
  stop(): Promise<void>;
  /** Reads again what may have changed: what SIGHUP asks a service for. A role without it ends on SIGHUP. */
  reload?(): void;
}

export interface Role {
  readonly name: "collector" | "query";
  /** Whose rights it needs in the embedded ClickHouse. */
  readonly user: ClickHouseUser;
  start(input: RoleInput): Promise<RunningRole>;
}

const STOP_WITHIN_MS = 20_000;
/** Nobody waits for an orphan, and what it acknowledged is on disk. */
const ORPHAN_STOP_WITHIN_MS = 3_000;

export function runRole(role: Role, invocation: Invocation): Promise<ExitCode> {
  invocation.terminal.whenBroken?.("go on");
  return invocation.options["supervised"] === true
    ? runSupervised(role)
    : runAlone(role, invocation);
}

async function runAlone(role: Role, invocation: Invocation): Promise<ExitCode> {
  const { settings, limits } = loadSettings(invocation);
  const clickhouse = connectionFor(settings, role.user);
  const logger = createLogger({
    role: role.name,
    dataDir: settings.dataDir,
    level: settings.logLevel,
  });
  const told = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => told.resolve());
  }
  const onHangup = reloadOnHangup(() => told.resolve());
  const running = await role.start({ settings, limits, clickhouse, logger });
  onHangup(running);
  invocation.terminal.out(
    `throughline ${role.name}: ${running.addresses.join(", ")}; ClickHouse ${clickhouse.url}`,
  );
  await told.promise;
  invocation.terminal.out(`throughline ${role.name}: stopping`);
  endWithin(STOP_WITHIN_MS, logger);
  await running.stop();
  return EXIT.ok;
}

async function runSupervised(role: Role): Promise<ExitCode> {
  if (process.send === undefined) {
    throw new CommandError("--supervised is for `throughline start` only", EXIT.usage);
  }
  process.on("SIGINT", () => undefined);
  const onHangup = reloadOnHangup(() => undefined);
  const told = Promise.withResolvers<void>();
  const instructed = Promise.withResolvers<StartMessage>();
  process.on("SIGTERM", () => told.resolve());
  process.on("disconnect", () => {
    endWithin(ORPHAN_STOP_WITHIN_MS, undefined);
    told.resolve();
  });
  process.on("message", (raw) => {
    if (Value.Check(StopMessage, raw)) {
      told.resolve();
    } else {
      instructed.resolve(Value.Parse(StartMessage, raw));
    }
  });
  const { settings, limits, clickhouse } = await instructed.promise;
  const logger = createLogger({
    role: role.name,
    dataDir: settings.dataDir,
    level: settings.logLevel,
  });
  process.on("uncaughtExceptionMonitor", (error) =>
    logger.fatal({ err: error }, "ended by a bug; what was acknowledged is in the spool"),
  );
  let running: RunningRole;
  try {
    running = await role.start({ settings, limits, clickhouse, logger });
  } catch (error) {
    // Not a warning here: the supervisor says it, once.
    logger.info({ err: error }, "could not start");
    tell({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
    return EXIT.failed;
  }
  onHangup(running);
  tell({ kind: "ready", addresses: [...running.addresses] });
  await told.promise;
  endWithin(STOP_WITHIN_MS, logger);
  await running.stop();
  return EXIT.ok;
}

/**
 * Listens for SIGHUP from now on, so that it never ends a process that is starting in the middle.
 * @param otherwise what it does to a role that has nothing to reload
 * @returns told of the role once it runs
 */
function reloadOnHangup(otherwise: () => void): (running: RunningRole) => void {
  let role: RunningRole | undefined;
  process.on("SIGHUP", () => {
    if (role === undefined) return;
    if (role.reload === undefined) otherwise();
    else role.reload();
  });
  return (running) => {
    role = running;
  };
}

function tell(message: FromRole): void {
  // A failing send means that the parent is gone; the disconnect handler ends this process then.
  process.send?.(message, () => undefined);
}

function endWithin(timeoutMs: number, logger: Logger | undefined): void {
  setTimeout(() => {
    logger?.error(`did not stop within ${timeoutMs} ms; ended without waiting further`);
    process.exit(EXIT.failed);
  }, timeoutMs).unref();
}
