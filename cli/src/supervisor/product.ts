/**
 * The whole product under one supervisor: engine, collector, query.
 *
 * The order of a start is the order of usefulness: the collector takes data first, whatever ClickHouse does; then
 * come the tables; then "ready". A stop is the reverse: nobody asks any more, nothing arrives any more, ClickHouse last.
 */
import assert from "node:assert/strict";
import {
  embeddedConnections,
  startEngine,
  type Engine,
  type EngineConnections,
  type EngineEvent,
} from "@throughline/engine";
import type { ClickHouseConnection, MigrationReport } from "@throughline/schemas";
import type { Logger } from "pino";
import { CommandError } from "../command.ts";
import { externalConnection } from "../roles/connection.ts";
import type { Limits } from "../settings/limits.ts";
import type { Settings } from "../settings/schema.ts";
import { keepDisk } from "./disk-keeper.ts";
import { migrateUntilDone } from "./migrate-until-done.ts";
import { findPortConflict, type PortNeed } from "./ports.ts";
import { RoleChild, type RoleName } from "./role-child.ts";

export interface ProductOptions {
  readonly settings: Settings;
  readonly limits: Limits;
  readonly logger: Logger;
  /** ClickHouse does not do what is needed yet, and why; said once per reason. What arrives waits in the spool. */
  readonly onWaiting: (reason: string) => void;
}

export interface ReadyReport {
  /** undefined with a server of one's own. */
  readonly embedded: EmbeddedReport | undefined;
  readonly migration: MigrationReport;
}

interface EmbeddedReport {
  readonly version: string;
  /** The user for people and dashboards. */
  readonly grafana: ClickHouseConnection;
  readonly credentialsFile: string;
}

const QUERY_GRACE_MS = 5_000;
/** The collector syncs what it holds and ends its open INSERT; 20 s is its own bound. */
const COLLECTOR_GRACE_MS = 22_000;
const LOOPBACK = "127.0.0.1";

export class Product {
  readonly #options: ProductOptions;
  readonly #stopping = new AbortController();
  #roles: Partial<Record<RoleName, RoleChild>> = {};
  #engine: Promise<Engine> | undefined;
  #diskKeeper: Promise<void> | undefined;

  constructor(options: ProductOptions) {
    this.#options = options;
  }

  /** Process ids of what runs right now. */
  get pids(): Partial<Record<RoleName, number | undefined>> {
    return { collector: this.#roles.collector?.pid, query: this.#roles.query?.pid };
  }

  /**
   * @returns when everything listens and the tables are up to date; with an external ClickHouse that is away, that may
   *   take as long as it is away
   * @throws CommandError or EngineError whose message is for the user; everything is stopped again then
   */
  async start(): Promise<ReadyReport> {
    const conflict = await findPortConflict(portNeeds(this.#options.settings));
    if (conflict !== undefined) {
      throw new CommandError(conflict);
    }
    try {
      return await this.#startAll();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Safe at any time, also during `start()`. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#roles.query?.stop(QUERY_GRACE_MS);
    await this.#roles.collector?.stop(COLLECTOR_GRACE_MS);
    await this.#diskKeeper;
    const engine = await this.#engine?.catch(() => undefined);
    await engine?.stop();
  }

  /** What SIGHUP asks for; only the collector has something to read again. */
  reload(): void {
    this.#roles.collector?.reload();
  }

  /** At once. The engine's process ends by itself when this one does. */
  kill(): void {
    this.#stopping.abort();
    this.#roles.query?.kill();
    this.#roles.collector?.kill();
  }

  async #startAll(): Promise<ReadyReport> {
    const external = externalConnection(this.#options.settings);
    const embedded = external === undefined ? this.#startEngine() : undefined;
    const owner = external ?? embedded?.owner;
    const reader = external ?? embedded?.query;
    assert(owner !== undefined && reader !== undefined);
    const collector = this.#startRole("collector", owner);
    const query = this.#startRole("query", reader);
    const migration = this.#migrate(owner);
    const [, , report] = await Promise.all([collector, query, migration]);
    this.#keepDisk(owner);
    const engine = await this.#engine;
    return {
      embedded: engine && embedded && { ...embedded, version: engine.version },
      migration: report,
    };
  }

  /** Its credentials are made before it runs, so that the roles need not wait for it. */
  #startEngine(): EngineConnections {
    const { settings } = this.#options;
    const address = {
      dataDir: settings.dataDir,
      httpPort: settings.clickhouseHttpPort,
      database: settings.clickhouseDatabase,
    };
    this.#engine = startEngine({
      ...address,
      tcpPort: settings.clickhouseTcpPort,
      ...(settings.clickhouseBin === undefined ? {} : { binary: settings.clickhouseBin }),
      ...(settings.clickhouseMemoryBytes === undefined
        ? {}
        : { memoryLimitBytes: settings.clickhouseMemoryBytes }),
      onEvent: (event) => this.#logEngineEvent(event),
    });
    const connections = embeddedConnections(address);
    assert(connections !== undefined, "startEngine makes the credentials before it returns");
    return connections;
  }

  #startRole(role: RoleName, clickhouse: ClickHouseConnection): Promise<void> {
    const { settings, limits, logger } = this.#options;
    const message = { kind: "start", settings, limits, clickhouse } as const;
    const child = new RoleChild({ role, message, logger });
    this.#roles = { ...this.#roles, [role]: child };
    return child.start();
  }

  async #migrate(owner: ClickHouseConnection): Promise<MigrationReport> {
    await this.#engine;
    return migrateUntilDone({
      connection: owner,
      settings: this.#options.settings,
      logger: this.#options.logger,
      // The embedded one answers; what it refuses five times it will refuse again.
      attemptsMax: this.#engine === undefined ? Infinity : 5,
      signal: this.#stopping.signal,
      onWaiting: this.#options.onWaiting,
    });
  }

  #keepDisk(connection: ClickHouseConnection): void {
    const { settings, logger } = this.#options;
    const { diskMaxBytes: bytesMax } = settings;
    if (bytesMax === undefined) return;
    this.#diskKeeper = keepDisk({ connection, bytesMax, logger, signal: this.#stopping.signal });
  }

  #logEngineEvent(event: EngineEvent): void {
    const { logger } = this.#options;
    switch (event.kind) {
      case "ready":
        logger.info({ ...event }, "ClickHouse answers");
        break;
      case "died":
        logger.warn(
          { lastLines: event.exit.lastLines },
          `ClickHouse ended unexpectedly (${describeExit(event.exit)}); starting it again in ${event.restartDelayMs} ms`,
        );
        break;
      case "restart_failed":
        logger.error({ err: event.error }, "ClickHouse could not be started again");
        break;
      case "stopped":
        logger.info("ClickHouse stopped");
        break;
    }
  }
}

function describeExit(exit: {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}): string {
  return exit.signal === undefined
    ? `exit code ${exit.code ?? "unknown"}`
    : `killed by ${exit.signal}`;
}

/** In the order a reader would look for them. */
function portNeeds(settings: Settings): PortNeed[] {
  const { host } = settings;
  const ours = [
    { host, port: settings.httpPort, purpose: "web UI and API", setting: "THROUGHLINE_HTTP_PORT" },
    {
      host,
      port: settings.otlpGrpcPort,
      purpose: "OTLP over gRPC",
      setting: "THROUGHLINE_OTLP_GRPC_PORT",
    },
    {
      host,
      port: settings.otlpHttpPort,
      purpose: "OTLP over HTTP",
      setting: "THROUGHLINE_OTLP_HTTP_PORT",
    },
    ...(settings.zipkinPort === undefined
      ? []
      : [
          {
            host,
            port: settings.zipkinPort,
            purpose: "Zipkin's spans",
            setting: "THROUGHLINE_ZIPKIN_PORT",
          },
        ]),
  ];
  const embedded = [
    {
      host: LOOPBACK,
      port: settings.clickhouseHttpPort,
      purpose: "embedded ClickHouse, HTTP",
      setting: "THROUGHLINE_CLICKHOUSE_HTTP_PORT",
    },
    {
      host: LOOPBACK,
      port: settings.clickhouseTcpPort,
      purpose: "embedded ClickHouse, native protocol",
      setting: "THROUGHLINE_CLICKHOUSE_TCP_PORT",
    },
  ];
  return settings.clickhouseUrl === undefined ? [...ours, ...embedded] : ours;
}
