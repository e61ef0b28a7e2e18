/** One product for all applications of a test file, the applications, and what of them is stored. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { ClickHouseClient } from "@clickhouse/client";
import { afterAll, beforeAll, expect } from "vitest";
import { connectOwner } from "../clickhouse.ts";
import { root, startProduct, until, type Product } from "../product.ts";
import { drawRequests, readRequests, type StoredRequests } from "../stored-requests.ts";

const APPS = path.join(root, "sdk/testdata/apps");
const TESTING = path.join(root, "sdk/src/testing");
const STORED_MS_MAX = 60_000;

export interface Application {
  readonly service: string;
  readonly child: ChildProcess;
  /** Standard output so far. */
  readonly output: () => string;
  /** @returns exit code and what was printed on standard error */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

interface ApplicationOptions {
  /** Beside the collector's address and the service's name. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The name of the service; the file's, unless one file runs more than once. */
  readonly service?: string;
  /** The node that runs it; ours, unless said. */
  readonly node?: string;
}

/** A server of Debian's packages on a free port. */
export interface Store {
  readonly url: string;
  stop(): void;
}

export interface Rig {
  readonly product: Product;
  readonly clickhouse: ClickHouseClient;
  /** @param file of sdk/testdata/apps, or a path */
  start(file: string, options?: ApplicationOptions): Application;
  /** Waits until as much is stored as is asked for; a test then says what it must be, and that it is no more. */
  stored(service: string, spans: number, logs: number): Promise<StoredRequests>;
  /** The same for an application that ends by itself, without a word on standard error. */
  storedOf(application: Application, spans: number, logs: number): Promise<StoredRequests>;
}

/** Starts the product before the tests of the calling file, and ends everything after them. */
export function installRig(env: Readonly<Record<string, string>> = {}): Rig {
  let product: Product;
  let clickhouse: ClickHouseClient;
  const applications: ChildProcess[] = [];
  beforeAll(async () => {
    prepare();
    product = await startProduct({ env });
    clickhouse = connectOwner(product);
  });
  afterAll(async () => {
    for (const application of applications) application.kill("SIGKILL");
    await clickhouse?.close();
    await product?.dispose();
  });
  const stored: Rig["stored"] = async (service, spans, logs) => {
    let found: StoredRequests = { spans: [], logs: [] };
    await until(
      async () => {
        found = await readRequests(clickhouse, service);
        return found.spans.length >= spans && found.logs.length >= logs;
      },
      `${spans} spans and ${logs} log records of ${service}`,
      () => `${found.spans.length} and ${found.logs.length} are there\n${drawRequests(found)}`,
      STORED_MS_MAX,
    );
    return found;
  };
  return {
    get product() {
      return product;
    },
    get clickhouse() {
      return clickhouse;
    },
    start: (file, options = {}) => {
      const application = startApplication(file, options, product.otlpGrpcUrl);
      applications.push(application.child);
      return application;
    },
    stored,
    storedOf: async (application, spans, logs) => {
      expect(await application.ended).toEqual({ code: 0, stderr: "" });
      return stored(application.service, spans, logs);
    },
  };
}

function startApplication(
  file: string,
  { environment, service = path.basename(file), node = process.execPath }: ApplicationOptions,
  endpoint: string,
): Application {
  const child = spawn(node, ["--import", "@throughline/sdk/register", path.resolve(APPS, file)], {
    // Where `@throughline/sdk` is installed.
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"],
      OTEL_SERVICE_NAME: service,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      ...environment,
    },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, "close").then(() => ({ code: child.exitCode, stderr }));
  return { service, child, output: () => stdout, ended };
}

/**
 * What applications need besides the product: the compiled SDK, and by the names of `prepare.ts` the installed frameworks, a
 * built Next.js application, another Node.
 */
export function prepare<Name extends string>(...wanted: readonly Name[]): Record<Name, string> {
  const script = path.join(TESTING, "prepare.ts");
  const printed = execFileSync(process.execPath, [script, ...wanted], { encoding: "utf8" });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what prepare.ts prints
  return JSON.parse(printed) as Record<Name, string>;
}

/** Which of `postgres`, `mariadbd` and `redis-server` this machine has. */
export function installedStores(): ReadonlySet<string> {
  const printed = execFileSync(process.execPath, [path.join(TESTING, "run-store.ts")]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what run-store.ts prints
  return new Set(JSON.parse(printed.toString()) as readonly string[]);
}

export async function startStore(program: string): Promise<Store> {
  const child = spawn(process.execPath, [path.join(TESTING, "run-store.ts"), program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await until(() => printed.includes("\n") || child.exitCode !== null, `${program} to listen`);
  if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
  return { url: printed.trim(), stop: () => child.stdin.end() };
}

export async function portOf(application: Application): Promise<string> {
  await until(() => /port \d+/.test(application.output()), `the port of ${application.service}`);
  return /port (\d+)/.exec(application.output())?.[1] ?? "";
}

/** The values of an attribute over all spans and log records. */
export function valuesOf({ spans, logs }: StoredRequests, attribute: string): readonly unknown[] {
  const all = [
    ...spans.map(({ SpanAttributes }) => SpanAttributes[attribute]),
    ...logs.map(({ LogAttributes }) => LogAttributes[attribute]),
  ];
  return [...new Set(all)];
}
