import type { Instrumentation } from "@opentelemetry/instrumentation";

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
  /** How long a dying process waits for its last telemetry; default 5000. THROUGHLINE_SDK_FLUSH_TIMEOUT_MS */
  readonly flushTimeoutMs?: number;
}

export type OtlpProtocol = "grpc" | "http/protobuf" | "http/json";
export type OtlpSignal = "traces" | "logs" | "metrics";
export type ExporterName = "otlp" | "console";

/** The bounds of one signal's queue between the application and the network. */
export interface QueueLimits {
  /** Items kept at most, those on their way included; what comes after is dropped and counted. */
  readonly queueItemsMax: number;
  readonly batchItemsMax: number;
  /** How long the first item of a batch waits for company. */
  readonly scheduleDelayMs: number;
}

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
  readonly flushTimeoutMs: number;
  /** Characters of a log record's body that are kept. */
  readonly logBodyLengthMax: number;
  /** True when OTEL_NODE_ENABLED_INSTRUMENTATIONS lists what to load, so that our own choice is silent. */
  readonly instrumentationsChosen: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const FLUSH_TIMEOUT_MS = 5_000;
const FLUSH_TIMEOUT_MS_MAX = 600_000;
const LOG_BODY_LENGTH_MAX = 65_536;
/** OpenTelemetry's default for spans is 5 s; a request that shows up after one second is worth the extra calls. */
const SCHEDULE_DELAY_MS = 1_000;
const QUEUE_ITEMS_MAX = 2_048;
const BATCH_ITEMS_MAX = 512;

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
    instrumentationsChosen: read.text("OTEL_NODE_ENABLED_INSTRUMENTATIONS") !== undefined,
  };
}

class EnvironmentReader {
  readonly #environment: Environment;
  readonly #warn: (line: string) => void;

  constructor(environment: Environment, warn: (line: string) => void) {
    this.#environment = environment;
    this.#warn = warn;
  }

  text(name: string): string | undefined {
    const value = this.#environment[name]?.trim();
    return value === "" ? undefined : value;
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (value === "true" || value === "1") return true;
    if (value === "false" || value === "0") return false;
    this.#warn(`${name}=${value} is neither true nor false; using ${fallback}`);
    return fallback;
  }

  integer(name: string, fallback: number, range: { min: number; max: number }): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (Number.isInteger(value) && value >= range.min && value <= range.max) return value;
    this.#warn(
      `${name}=${text} is not a whole number from ${range.min} to ${range.max}; using ${fallback}`,
    );
    return fallback;
  }

  protocol(signal: string): OtlpProtocol {
    const name = `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`;
    const value = this.text(name) ?? this.text("OTEL_EXPORTER_OTLP_PROTOCOL") ?? "grpc";
    if (value === "grpc" || value === "http/protobuf" || value === "http/json") return value;
    this.#warn(
      `OTLP protocol ${value} is not one of grpc, http/protobuf, http/json; using grpc for ${signal.toLowerCase()}`,
    );
    return "grpc";
  }

  exporters(name: string, fallback: readonly ExporterName[]): readonly ExporterName[] | undefined {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const names = text.split(",").map((part) => part.trim());
    if (names.includes("none")) return [];
    const known = names.filter((each) => each === "otlp" || each === "console");
    return known.length === names.length ? known : undefined;
  }

  queue(prefix: string): QueueLimits {
    const queueItemsMax = this.integer(`${prefix}_MAX_QUEUE_SIZE`, QUEUE_ITEMS_MAX, {
      min: 1,
      max: 1_000_000,
    });
    const batchItemsMax = this.integer(`${prefix}_MAX_EXPORT_BATCH_SIZE`, BATCH_ITEMS_MAX, {
      min: 1,
      max: 1_000_000,
    });
    return {
      queueItemsMax,
      batchItemsMax: Math.min(batchItemsMax, queueItemsMax),
      scheduleDelayMs: this.integer(`${prefix}_SCHEDULE_DELAY`, SCHEDULE_DELAY_MS, {
        min: 0,
        max: 3_600_000,
      }),
    };
  }
}
