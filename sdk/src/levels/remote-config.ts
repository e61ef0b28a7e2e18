import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import { context, type SeverityNumber } from "@opentelemetry/api";
import { parseKeyPairsIntoRecord, suppressTracing } from "@opentelemetry/core";
import type { Environment, RemoteConfigSettings } from "../settings.ts";
import type { LevelControl, WantedLevel } from "./level-control.ts";
import { severityOfName } from "./severity.ts";

const TIMEOUT_MS = 5_000;
const BODY_BYTES_MAX = 65_536;

export interface RemoteConfigOptions {
  readonly settings: RemoteConfigSettings;
  readonly service: string;
  readonly levels: LevelControl;
  readonly environment: Environment;
  readonly warn: (line: string) => void;
}

/**
 * Asks for the service's level again and again. While nobody answers, the last answer stands; trouble is told once. Its calls are not
 * traced and keep no process alive.
 * @returns a function that stops asking
 */
export function followRemoteConfig(options: RemoteConfigOptions): () => void {
  const { settings, levels, service, warn } = options;
  const stopped = new AbortController();
  let etag: string | undefined;
  let told = false;

  const ask = async (): Promise<void> => {
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      const answer = await getConfig(options, etag, signal);
      if (answer === undefined) return;
      etag = answer.etag;
      levels.want(readConfig(answer.body, service));
    } catch (error) {
      if (told || stopped.signal.aborted) return;
      told = true;
      const reason = error instanceof Error ? error.message : String(error);
      warn(`THROUGHLINE_SDK_CONFIG_URL=${settings.url} gives no log levels: ${reason}`);
    }
  };
  const askUntraced = (): void => {
    context.with(suppressTracing(context.active()), () => void ask());
  };
  const timer = setInterval(askUntraced, settings.intervalMs).unref();
  askUntraced();
  return () => {
    clearInterval(timer);
    stopped.abort();
  };
}

interface Answer {
  readonly body: unknown;
  readonly etag: string | undefined;
}

/** @returns undefined where nothing has changed since `etag` */
async function getConfig(
  { settings, service, environment }: RemoteConfigOptions,
  etag: string | undefined,
  signal: AbortSignal,
): Promise<Answer | undefined> {
  const url = new URL(settings.url);
  url.searchParams.set("service", service);
  const response = await get(url, signal, {
    accept: "application/json",
    ...parseKeyPairsIntoRecord(environment["OTEL_EXPORTER_OTLP_HEADERS"] ?? ""),
    ...(etag === undefined ? {} : { "if-none-match": etag }),
  });
  if (response.statusCode === 304) {
    response.resume();
    return undefined;
  }
  if (response.statusCode !== 200) {
    response.resume();
    throw new Error(`HTTP ${response.statusCode}`);
  }
  return { body: JSON.parse(await readText(response)), etag: response.headers.etag };
}

/** Not fetch: its sockets would keep an application alive that has nothing left to do. */
function get(
  url: URL,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? https.get : http.get;
  return new Promise((resolve, reject) => {
    request(url, { signal, headers, agent: false }, resolve)
      .once("socket", (socket) => socket.unref())
      .once("error", reject);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- no encoding is set, so chunks are buffers
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error(`answer is larger than ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * The shape, every field optional:
 *   { "logLevels": { "default": "info", "services": { "checkout": "debug" } }, "requestDebug": true }
 * A level is trace, debug, info, warn, error or fatal; without one the application's loggers decide.
 * @throws where the body is something else
 */
export function readConfig(body: unknown, service: string): WantedLevel {
  if (!isRecord(body)) throw new TypeError("answer is not a JSON object");
  const requestDebug = body["requestDebug"] === true;
  const logLevels = body["logLevels"];
  if (logLevels === undefined) return { severityMin: undefined, requestDebug };
  if (!isRecord(logLevels)) throw new TypeError("logLevels is not an object");
  const services = logLevels["services"];
  const own =
    isRecord(services) && Object.hasOwn(services, service) ? services[service] : undefined;
  const name = own ?? logLevels["default"];
  return { severityMin: name === undefined ? undefined : severityOf(name), requestDebug };
}

function severityOf(name: unknown): SeverityNumber {
  const severity = typeof name === "string" ? severityOfName(name.toLowerCase()) : undefined;
  if (severity === undefined) {
    throw new TypeError(
      `${JSON.stringify(name)} is not a level: trace, debug, info, warn, error, fatal`,
    );
  }
  return severity;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
