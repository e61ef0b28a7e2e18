import { context, SeverityNumber } from "@opentelemetry/api";
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
} from "@opentelemetry/instrumentation";
import type { LevelControl } from "../levels/level-control.ts";
import { severityOfName } from "../levels/severity.ts";
import { SDK_VERSION } from "../version.ts";
import { isPinoLogger, watchPino, type PinoLogger, type PinoSymbols } from "./pino-module.ts";

type SetLevel = (this: PinoLogger, level: string) => void;

const VERSIONS = [">=6 <11"];
const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

/**
 * Lets lines below a pino logger's level become log records while someone asks for them. pino replaces the methods of such
 * levels by an empty function; here they become a question (a map look-up when nobody asks), and a line that is wanted is written to the
 * stream of OpenTelemetry's pino instrumentation alone: the application's own output stays as it is.
 * Only installed where levels can change, since `log.debug()` is no longer free then.
 */
export class PinoLevels extends InstrumentationBase {
  readonly #levels: LevelControl;

  constructor(levels: LevelControl) {
    super("throughline.pino", SDK_VERSION, {});
    this.#levels = levels;
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    return [
      new InstrumentationNodeModuleDefinition("pino", VERSIONS, (exports: unknown) =>
        watchPino(exports, (logger, symbols) => {
          this.#watch(logger, symbols);
        }),
      ),
    ];
  }

  /** Children inherit their parent's methods, or set their own level: pino's one way to do so is patched on the prototype. */
  #watch(logger: PinoLogger, symbols: PinoSymbols): void {
    const prototype: unknown = Object.getPrototypeOf(logger);
    const original = logger[symbols.setLevelSym];
    if (typeof original !== "function" || !isPinoLogger(prototype)) return;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- behind the symbol that pino publishes for it
    const setLevel = original as SetLevel;
    if (!PATCHED.has(prototype)) {
      const ask = (instance: PinoLogger): void => {
        this.#ask(instance, symbols, setLevel);
      };
      prototype[symbols.setLevelSym] = function (this: PinoLogger, level: string): void {
        setLevel.call(this, level);
        ask(this);
      };
      PATCHED.add(prototype);
      ask(logger);
    }
  }

  #ask(logger: PinoLogger, symbols: PinoSymbols, setLevel: SetLevel): void {
    const silent = LEVELS.filter((level) => !logger.isLevelEnabled(level));
    if (silent.length === 0 || !hasStandardLevels(logger)) return;
    // The methods as pino would make them for this logger, its hooks included, without a `level-change` event.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- inherits everything from a PinoLogger
    const loud = Object.create(logger, { emit: { value: () => false } }) as PinoLogger;
    setLevel.call(loud, "trace");
    for (const level of silent) {
      const method = loud[level];
      const severity = severityOfName(level) ?? SeverityNumber.DEBUG;
      if (typeof method !== "function") continue;
      const levels = this.#levels;
      logger[level] = function (this: PinoLogger, ...args: unknown[]): void {
        if (levels.wants(severity, context.active())) {
          writeToCapture(this, symbols.streamSym, () => Reflect.apply(method, this, args));
        }
      };
    }
  }
}

/** A logger with `useOnlyCustomLevels` has none of the names we know. */
function hasStandardLevels(logger: PinoLogger): boolean {
  const levels = logger["levels"];
  if (typeof levels !== "object" || levels === null || !("values" in levels)) return false;
  const { values } = levels;
  return typeof values === "object" && values !== null && "trace" in values;
}

const PATCHED = new WeakSet<object>();

/** With the logger's stream replaced by the capturing one for the length of a synchronous call. */
function writeToCapture(logger: PinoLogger, streamSym: symbol, write: () => void): void {
  const stream = logger[streamSym];
  const capture = captureOf(stream);
  if (capture === undefined) return;
  const own = Object.hasOwn(logger, streamSym);
  logger[streamSym] = capture;
  try {
    write();
  } finally {
    if (own) logger[streamSym] = stream;
    else Reflect.deleteProperty(logger, streamSym);
  }
}

/** OpenTelemetry puts a pino.multistream in front: the application's stream and its own. */
function captureOf(stream: unknown): unknown {
  if (typeof stream !== "object" || stream === null || !("streams" in stream)) return undefined;
  const streams: unknown = stream.streams;
  if (!Array.isArray(streams)) return undefined;
  for (const entry of streams as readonly unknown[]) {
    if (typeof entry !== "object" || entry === null || !("stream" in entry)) continue;
    const candidate: unknown = entry.stream;
    if (candidate?.constructor?.name === "OTelPinoStream") return candidate;
  }
  return undefined;
}
