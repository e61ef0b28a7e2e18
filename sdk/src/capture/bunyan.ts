import { context, isSpanContextValid, logs, SeverityNumber, trace } from "@opentelemetry/api";
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
} from "@opentelemetry/instrumentation";
import type { LevelControl } from "../levels/level-control.ts";
import { SDK_VERSION } from "../version.ts";
import { toAttributes, ValueBudget } from "./any-value.ts";
import { printing } from "./own-output.ts";

/** The part of bunyan's Logger this touches. */
interface BunyanLogger {
  _level: number;
  readonly streams: readonly { readonly level: number }[];
  _emit(record: BunyanRecord, noemit?: boolean): unknown;
  [level: string]: unknown;
}
type LogMethod = (this: BunyanLogger, ...args: unknown[]) => unknown;
type BunyanRecord = Record<string, unknown>;

interface BunyanOptions {
  readonly levels: LevelControl;
  /** Whether lines below a logger's level may be wanted; `log.debug()` then asks. */
  readonly levelsChange: boolean;
  readonly logIds: boolean;
  /** Characters of the objects that one call logs. */
  readonly attributesLengthMax: number;
}

export const BUNYAN_VERSIONS = [">=1.8 <3"];
const LEVELS = [
  { name: "trace", number: 10, severity: SeverityNumber.TRACE },
  { name: "debug", number: 20, severity: SeverityNumber.DEBUG },
  { name: "info", number: 30, severity: SeverityNumber.INFO },
  { name: "warn", number: 40, severity: SeverityNumber.WARN },
  { name: "error", number: 50, severity: SeverityNumber.ERROR },
  { name: "fatal", number: 60, severity: SeverityNumber.FATAL },
] as const;
/** What has a place of its own in a log record or in its resource. */
const NOT_ATTRIBUTES: ReadonlySet<string> = new Set(
  "time level msg err v hostname pid trace_id span_id trace_flags".split(" "),
);
const PATCHED = Symbol.for("throughline.bunyan");

/**
 * bunyan's lines as log records, made where a logger hands a record to its streams. OpenTelemetry's own instrumentation ends at
 * bunyan 1 and adds a stream, which changes what `logger.streams` and `logger.level()` say.
 */
export class BunyanCapture extends InstrumentationBase {
  readonly #options: BunyanOptions;

  constructor(options: BunyanOptions) {
    super("throughline.bunyan", SDK_VERSION, {});
    this.#options = options;
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    return [
      new InstrumentationNodeModuleDefinition("bunyan", BUNYAN_VERSIONS, (exports: unknown) => {
        const prototype = prototypeOf(exports);
        // `import` and `require` of one application both come here, for one prototype.
        if (prototype !== undefined && !Object.hasOwn(prototype, PATCHED)) {
          Object.defineProperty(prototype, PATCHED, { value: true });
          patchEmit(prototype, this.#options);
          if (this.#options.levelsChange) patchMethods(prototype, this.#options);
        }
        return exports;
      }),
    ];
  }
}

function patchEmit(prototype: BunyanLogger, options: BunyanOptions): void {
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const original = prototype._emit;
  prototype._emit = function (this: BunyanLogger, record, noemit): unknown {
    if (noemit === true) return original.call(this, record, noemit);
    if (options.logIds) addIds(record);
    // What a stream such as process.stdout gets is this record.
    const printed = printing(() => original.call(this, record, noemit));
    const level = Number(record["level"]);
    if (this.streams.some((stream) => stream.level <= level)) {
      recordLine(record, options.attributesLengthMax);
    }
    return printed;
  };
}

function patchMethods(prototype: BunyanLogger, options: BunyanOptions): void {
  const { levels, attributesLengthMax } = options;
  const emit = (record: BunyanRecord): void => recordLine(record, attributesLengthMax);
  for (const { name, number, severity } of LEVELS) {
    const original = prototype[name];
    if (typeof original !== "function") continue;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bunyan's own method of that name
    const log = original as LogMethod;
    prototype[name] = function (this: BunyanLogger, ...args: unknown[]): unknown {
      const printed = args.length === 0 || this._level <= number;
      if (printed || !levels.wants(severity, context.active())) return log.apply(this, args);
      return recordOnly(this, { level: number, emit }, () => log.apply(this, args));
    };
  }
}

/** With the level lowered and the record led past the application's streams, for the length of a synchronous call. */
function recordOnly(
  logger: BunyanLogger,
  { level, emit }: { level: number; emit: (record: BunyanRecord) => void },
  log: () => unknown,
): unknown {
  const before = logger._level;
  logger._level = level;
  Object.defineProperty(logger, "_emit", { configurable: true, value: emit });
  try {
    return log();
  } finally {
    logger._level = before;
    Reflect.deleteProperty(logger, "_emit");
  }
}

function addIds(record: BunyanRecord): void {
  const span = trace.getSpanContext(context.active());
  if (span === undefined || !isSpanContextValid(span)) return;
  record["trace_id"] = span.traceId;
  record["span_id"] = span.spanId;
  record["trace_flags"] = span.traceFlags.toString(16).padStart(2, "0");
}

function recordLine(record: BunyanRecord, attributesLengthMax: number): void {
  try {
    const { time, level, msg, err } = record;
    const fields = Object.entries(record).filter(([key]) => !NOT_ATTRIBUTES.has(key));
    const { name, severity } = levelOf(Number(level));
    logs.getLogger("throughline.bunyan", SDK_VERSION).emit({
      ...(time instanceof Date ? { timestamp: time } : {}),
      severityNumber: severity,
      severityText: name,
      body: typeof msg === "string" ? msg : "",
      attributes: toAttributes(Object.fromEntries(fields), new ValueBudget(attributesLengthMax)),
      ...(typeof err === "object" && err !== null ? { exception: err } : {}),
    });
  } catch {
    // A getter of a logged value threw. bunyan has the line; a log call must never fail its caller.
  }
}

/** Levels between the named ones exist: they count as the one below. */
function levelOf(number: number): (typeof LEVELS)[number] {
  return LEVELS.findLast((level) => level.number <= number) ?? LEVELS[0];
}

function prototypeOf(exports: unknown): BunyanLogger | undefined {
  const namespace = typeof exports === "object" && exports !== null;
  const logger: unknown = namespace ? Reflect.get(exports, "default") : exports;
  if (typeof logger !== "function") return undefined;
  // OpenTelemetry's instrumentation of bunyan 1 exports a class derived from the one that makes the loggers.
  for (let each: unknown = logger.prototype; isObject(each); each = Object.getPrototypeOf(each)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked by its one private method that is replaced here
    if (Object.hasOwn(each, "_emit")) return each as BunyanLogger;
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
