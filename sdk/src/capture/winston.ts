import { context, logs, SeverityNumber, trace, type Context } from "@opentelemetry/api";
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
  isWrapped,
} from "@opentelemetry/instrumentation";
import type { LevelControl } from "../levels/level-control.ts";
import { severityOfName } from "../levels/severity.ts";
import { SDK_VERSION } from "../version.ts";
import { toAttributes, ValueBudget } from "./any-value.ts";

/** The part of winston's Logger this touches. */
interface WinstonLogger {
  push(chunk: unknown, encoding?: string): boolean;
  isLevelEnabled(level: string): boolean;
}
interface WinstonFile {
  readonly prototype: WinstonLogger;
}

interface WinstonOptions {
  readonly levels: LevelControl;
  /** Characters of the objects that one call logs. */
  readonly attributesLengthMax: number;
}

export const WINSTON_VERSIONS = [">=3.3 <4"];
const LEVEL = Symbol.for("level");
const SPLAT = Symbol.for("splat");
/** Where OpenTelemetry's instrumentation, which puts the ids into winston's own output, leaves the caller's context. */
const CONTEXT = Symbol.for("opentelemetry.js.contrib.winston.context");
const NOT_ATTRIBUTES = new Set(["level", "message", "trace_id", "span_id", "trace_flags"]);

/**
 * winston's lines as log records. OpenTelemetry's own way needs @opentelemetry/winston-transport, which is built for another
 * copy of the API than this SDK and would send nowhere; and a transport more changes what `logger.transports` and
 * `isLevelEnabled` say. So this listens where a logger hands a formatted line to its transports: redaction and filters of the
 * application's formats have been applied, and a line is recorded if at least one transport would print it.
 */
export class WinstonCapture extends InstrumentationBase {
  readonly #options: WinstonOptions;

  constructor(options: WinstonOptions) {
    super("throughline.winston", SDK_VERSION, {});
    this.#options = options;
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    const file = new InstrumentationNodeModuleFile(
      "winston/lib/winston/logger.js",
      WINSTON_VERSIONS,
      (logger: WinstonFile) => {
        this.#patch(logger.prototype);
        return logger;
      },
      () => undefined,
    );
    return [
      new InstrumentationNodeModuleDefinition(
        "winston",
        WINSTON_VERSIONS,
        (exports: unknown) => exports,
        () => undefined,
        [file],
      ),
    ];
  }

  #patch(prototype: WinstonLogger): void {
    // oxlint-disable-next-line typescript/unbound-method -- looked at, not called
    if (isWrapped(prototype.push)) return;
    const record = (logger: WinstonLogger, info: unknown): void => {
      try {
        if (this.isEnabled() && isInfo(info)) recordLine(logger, info, this.#options);
      } catch {
        // A getter of a logged value threw. winston has the line; a log call must never fail its caller.
      }
    };
    this._wrap(prototype, "push", (original) => {
      return function push(this: WinstonLogger, chunk: unknown, encoding?: string): boolean {
        record(this, chunk);
        return original.call(this, chunk, encoding);
      };
    });
  }
}

type Info = Readonly<Record<string | symbol, unknown>>;

function isInfo(value: unknown): value is Info {
  return typeof value === "object" && value !== null;
}

function recordLine(logger: WinstonLogger, info: Info, options: WinstonOptions): void {
  const level = String(info[LEVEL] ?? info["level"]);
  const severity = severityOfName(level) ?? SeverityNumber.INFO;
  const active = contextOf(info);
  if (!logger.isLevelEnabled(level) && !options.levels.wants(severity, active)) return;
  const exception = exceptionOf(info);
  const fields = Object.fromEntries(
    Object.entries(info).filter(
      ([key, value]) => !NOT_ATTRIBUTES.has(key) && value !== exception && key !== "stack",
    ),
  );
  logs.getLogger("throughline.winston", SDK_VERSION).emit({
    severityNumber: severity,
    severityText: level,
    body: textOf(info["message"]),
    attributes: toAttributes(fields, new ValueBudget(options.attributesLengthMax)),
    context: active,
    ...(exception === undefined ? {} : { exception }),
  });
}

/** Lines that waited in winston's stream buffer come in another's context: then the one they were written in counts. */
function contextOf(info: Info): Context {
  const written = info[CONTEXT];
  const active = context.active();
  if (trace.getSpan(active) !== undefined || typeof written !== "object" || written === null) {
    return active;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only OpenTelemetry writes under this symbol
  return written as Context;
}

function textOf(message: unknown): string {
  if (typeof message === "string") return message;
  return message instanceof Error ? message.message : (JSON.stringify(message) ?? "");
}

/** `logger.error(error)`, `logger.error("text", error)`, `{ err }`, `{ error }`, or what format.errors made of it. */
function exceptionOf(
  info: Info,
): Error | { name: string; message: string; stack: string } | undefined {
  const splat = info[SPLAT];
  const candidates: unknown[] = [
    info,
    info["message"],
    ...(Array.isArray(splat) ? (splat as readonly unknown[]) : []),
    info["err"],
    info["error"],
  ];
  const found = candidates.find((each) => each instanceof Error);
  if (found instanceof Error) return found;
  const stack = info["stack"];
  if (typeof stack !== "string") return undefined;
  const [, name = "Error", message = ""] = /^(\w+)(?:: (.*))?/.exec(stack) ?? [];
  return { name, message, stack };
}
