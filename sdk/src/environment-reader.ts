import type { Environment, ExporterName, OtlpProtocol, QueueLimits } from "./settings.ts";

/** OpenTelemetry's default for spans is 5 s; a request that shows up after one second is worth the extra calls. */
const SCHEDULE_DELAY_MS = 1_000;
const QUEUE_ITEMS_MAX = 2_048;
const BATCH_ITEMS_MAX = 512;
const QUEUE_BYTES_MAX = 16_777_216;

/** Variables of the environment as values; an impossible one falls back to the default and is named by `warn`. */
export class EnvironmentReader {
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

  list(name: string): readonly string[] {
    const names = this.text(name)?.split(",") ?? [];
    return names.map((each) => each.trim()).filter((each) => each !== "");
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (value === "true" || value === "1") return true;
    if (value === "false" || value === "0") return false;
    this.#warn(`${name}=${value} is neither true nor false; using ${fallback}`);
    return fallback;
  }

  oneOf<T extends string>(name: string, choices: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const choice = choices.find((each) => each === value.toLowerCase());
    if (choice !== undefined) return choice;
    this.#warn(`${name}=${value} is not one of ${choices.join(", ")}; using ${fallback}`);
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
      queueBytesMax: this.integer("THROUGHLINE_SDK_QUEUE_BYTES_MAX", QUEUE_BYTES_MAX, {
        min: 1_024,
        max: Number.MAX_SAFE_INTEGER,
      }),
      scheduleDelayMs: this.integer(`${prefix}_SCHEDULE_DELAY`, SCHEDULE_DELAY_MS, {
        min: 0,
        max: 3_600_000,
      }),
    };
  }
}
