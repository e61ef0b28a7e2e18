import type { Instrumentation } from "@opentelemetry/instrumentation";
import { EnvironmentReader } from "./environment-reader.ts";

/** What `start` takes. Every field has a variable of the environment that does the same; the option wins. */
export interface StartOptions {
  /** `service.name`; else OTEL_SERVICE_NAME, else the name in the application's package.json. */
  readonly serviceName?: string;
  /** `service.version`; else OTEL_RESOURCE_ATTRIBUTES, else the version in the application's package.json. */
  readonly serviceVersion?: string;
  /** Base address of the collector, e.g. `http://127.0.0.1:4317`; else OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly endpoint?: string;
  /** Else OTEL_EXPORTER_OTLP_PROTOCOL, else `grpc`. */
  readonly protocol?: OtlpProtocol;
  /** More resource attributes; they win over OTEL_RESOURCE_ATTRIBUTES. */
  readonly resourceAttributes?: Readonly<Record<string, string | number | boolean>>;
  /** Instrumentations beside the automatic ones. */
  readonly instrumentations?: readonly Instrumentation[];
  /** Whether console.log and its siblings become log records; default true. THROUGHLINE_SDK_CONSOLE */
  readonly captureConsole?: boolean;
  /** Whether other lines on standard output and error become log records; default false. THROUGHLINE_SDK_CAPTURE_STDOUT */
  readonly captureStdout?: boolean;
  /** How long a dying process waits for its last telemetry; default 5000. THROUGHLINE_SDK_FLUSH_TIMEOUT_MS */
  readonly flushTimeoutMs?: number;
}

export type OtlpProtocol = "grpc" | "http/protobuf" | "http/json";
type OtlpSignal = "traces" | "logs" | "metrics";
export type ExporterName = "otlp" | "console";

/** The bounds of one signal's queue between the application and the network. */
export interface QueueLimits {
  /** Items kept at most, those on their way included; beyond that the least important is spooled, or dropped and counted. */
  readonly queueItemsMax: number;
  /** About how much memory they may hold. */
  readonly queueBytesMax: number;
  readonly batchItemsMax: number;
  /** How long the first item of a batch waits for company. */
  readonly scheduleDelayMs: number;
}

/** The directory for what could not be delivered. */
export interface SpoolSettings {
  readonly directory: string;
  /** A process writes no more while it knows of this much in the directory. */
  readonly bytesMax: number;
}

/** Where log levels can be changed without a restart. */
export interface RemoteConfigSettings {
  readonly url: string;
  readonly intervalMs: number;
}

/** `create`: a request without a correlation id gets one. `read`: only what callers send. `off`: neither read nor passed on. */
export type CorrelationMode = "create" | "read" | "off";

export interface Settings {
  readonly disabled: boolean;
  readonly serviceName: string | undefined;
  readonly serviceVersion: string | undefined;
  readonly resourceAttributes: Readonly<Record<string, string | number | boolean>>;
  /** Set only when code asked for it: the exporters read the environment themselves. */
  readonly endpoint: string | undefined;
  readonly protocols: Readonly<Record<OtlpSignal, OtlpProtocol>>;
  /** Empty when the signal is off; undefined when it names something only the OpenTelemetry SDK knows. */
  readonly exporters: Readonly<Record<OtlpSignal, readonly ExporterName[] | undefined>>;
  readonly spanQueue: QueueLimits;
  readonly logQueue: QueueLimits;
  readonly captureConsole: boolean;
  /** Whether lines written past the known loggers become records. */
  readonly captureStdout: boolean;
  readonly flushTimeoutMs: number;
  /** Characters that are kept of a log record's body, and of the objects that one call logs. */
  readonly logBodyLengthMax: number;
  /** Whether pino, winston and bunyan also print trace_id and span_id. */
  readonly logIds: boolean;
  readonly correlation: CorrelationMode;
  /** Baggage entries that become attributes of the spans and log records of their request. */
  readonly baggageAttributes: readonly string[];
  /** Whether log records below WARN of a trace that is not sampled are left out too. */
  readonly logsFollowSampling: boolean;
  /** Whether the baggage entry `throughline.debug=1` captures a request's log records of every level. */
  readonly requestDebug: boolean;
  readonly remoteConfig: RemoteConfigSettings | undefined;
  /** Rules as JSON, a preset's name, or a path to a file of rules; undefined redacts nothing. */
  readonly redact: string | undefined;
  /** The secret with which the collector's rules hash; empty for none. */
  readonly redactionKey: string;
  readonly spool: SpoolSettings | undefined;
  /** Whether the process says at its end what became of its telemetry. */
  readonly report: boolean;
  /** True when OTEL_NODE_ENABLED_INSTRUMENTATIONS lists what to load, so that our own choice is silent. */
  readonly instrumentationsChosen: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const FLUSH_TIMEOUT_MS = 5_000;
const FLUSH_TIMEOUT_MS_MAX = 600_000;
export const LOG_BODY_LENGTH_MAX = 65_536;
const SPOOL_BYTES_MAX = 67_108_864;
const CONFIG_INTERVAL_MS = 30_000;
const CONFIG_INTERVAL_MS_MIN = 100;

/** Reads every setting once. Impossible values fall back to the default and are named by `warn`. */
export function readSettings(
  options: StartOptions,
  environment: Environment,
  warn: (line: string) => void,
): Settings {
  const read = new EnvironmentReader(environment, warn);
  return {
    disabled: read.boolean("OTEL_SDK_DISABLED", false),
    serviceName: options.serviceName,
    serviceVersion: options.serviceVersion,
    resourceAttributes: options.resourceAttributes ?? {},
    endpoint: options.endpoint,
    protocols: {
      traces: options.protocol ?? read.protocol("TRACES"),
      logs: options.protocol ?? read.protocol("LOGS"),
      metrics: options.protocol ?? read.protocol("METRICS"),
    },
    exporters: {
      traces: read.exporters("OTEL_TRACES_EXPORTER", ["otlp"]),
      logs: read.exporters("OTEL_LOGS_EXPORTER", ["otlp"]),
      metrics: read.exporters("OTEL_METRICS_EXPORTER", []),
    },
    spanQueue: read.queue("OTEL_BSP"),
    logQueue: read.queue("OTEL_BLRP"),
    captureConsole: options.captureConsole ?? read.boolean("THROUGHLINE_SDK_CONSOLE", true),
    captureStdout: options.captureStdout ?? read.boolean("THROUGHLINE_SDK_CAPTURE_STDOUT", false),
    flushTimeoutMs:
      options.flushTimeoutMs ??
      read.integer("THROUGHLINE_SDK_FLUSH_TIMEOUT_MS", FLUSH_TIMEOUT_MS, {
        min: 0,
        max: FLUSH_TIMEOUT_MS_MAX,
      }),
    logBodyLengthMax: read.integer("THROUGHLINE_SDK_LOG_BODY_LENGTH_MAX", LOG_BODY_LENGTH_MAX, {
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
    }),
    ...readRequestSettings(read),
    redact: read.text("THROUGHLINE_SDK_REDACT"),
    redactionKey: read.text("THROUGHLINE_REDACTION_KEY") ?? "",
    spool: readSpool(read),
    report: read.boolean("THROUGHLINE_SDK_REPORT", false),
    instrumentationsChosen: read.text("OTEL_NODE_ENABLED_INSTRUMENTATIONS") !== undefined,
  };
}

/** What belongs to a request: its ids, its sampling, its level. */
function readRequestSettings(
  read: EnvironmentReader,
): Pick<
  Settings,
  | "logIds"
  | "correlation"
  | "baggageAttributes"
  | "logsFollowSampling"
  | "requestDebug"
  | "remoteConfig"
> {
  const url = read.text("THROUGHLINE_SDK_CONFIG_URL");
  return {
    logIds: read.boolean("THROUGHLINE_SDK_LOG_IDS", true),
    correlation: read.oneOf("THROUGHLINE_SDK_CORRELATION", ["create", "read", "off"], "create"),
    baggageAttributes: read.list("THROUGHLINE_SDK_BAGGAGE_ATTRIBUTES"),
    logsFollowSampling: read.boolean("THROUGHLINE_SDK_LOGS_FOLLOW_SAMPLING", false),
    requestDebug: read.boolean("THROUGHLINE_SDK_REQUEST_DEBUG", false),
    remoteConfig:
      url === undefined
        ? undefined
        : {
            url,
            intervalMs: read.integer("THROUGHLINE_SDK_CONFIG_INTERVAL_MS", CONFIG_INTERVAL_MS, {
              min: CONFIG_INTERVAL_MS_MIN,
              max: 86_400_000,
            }),
          },
  };
}

function readSpool(read: EnvironmentReader): SpoolSettings | undefined {
  const directory = read.text("THROUGHLINE_SDK_SPOOL_DIR");
  if (directory === undefined) return undefined;
  const bytesMax = read.integer("THROUGHLINE_SDK_SPOOL_BYTES_MAX", SPOOL_BYTES_MAX, {
    min: 1_024,
    max: Number.MAX_SAFE_INTEGER,
  });
  return { directory, bytesMax };
}
