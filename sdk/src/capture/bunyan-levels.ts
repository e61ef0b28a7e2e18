import { context, SeverityNumber } from "@opentelemetry/api";
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
} from "@opentelemetry/instrumentation";
import type { LevelControl } from "../levels/level-control.ts";
import { SDK_VERSION } from "../version.ts";

interface BunyanStream {
  readonly stream: {
    readonly constructor: { readonly name: string };
    write(record: unknown): void;
  };
}
/** The part of bunyan's Logger this touches. */
interface BunyanLogger {
  _level: number;
  readonly streams: readonly BunyanStream[];
  _emit(record: unknown, noemit?: boolean): unknown;
  [level: string]: unknown;
}
type LogMethod = (this: BunyanLogger, ...args: unknown[]) => unknown;

const VERSIONS = [">=1.8 <3"];
const LEVELS = [
  ["trace", 10, SeverityNumber.TRACE],
  ["debug", 20, SeverityNumber.DEBUG],
  ["info", 30, SeverityNumber.INFO],
  ["warn", 40, SeverityNumber.WARN],
  ["error", 50, SeverityNumber.ERROR],
] as const;

/** For bunyan what pino-levels.ts is for pino: lines below the logger's level, to the capturing stream alone. */
export class BunyanLevels extends InstrumentationBase {
  readonly #levels: LevelControl;

  constructor(levels: LevelControl) {
    super("throughline.bunyan", SDK_VERSION, {});
    this.#levels = levels;
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    return [
      new InstrumentationNodeModuleDefinition("bunyan", VERSIONS, (exports: unknown) => {
        const prototype = prototypeOf(exports);
        if (prototype !== undefined) this.#patch(prototype);
        return exports;
      }),
    ];
  }

  #patch(prototype: BunyanLogger): void {
    const levels = this.#levels;
    for (const [name, number, severity] of LEVELS) {
      const original = prototype[name];
      if (typeof original !== "function") continue;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bunyan's own method of that name
      const log = original as LogMethod;
      prototype[name] = function (this: BunyanLogger, ...args: unknown[]): unknown {
        const printed = args.length === 0 || !(this._level > number);
        if (printed || !levels.wants(severity, context.active())) return log.apply(this, args);
        return capture(this, number, () => log.apply(this, args));
      };
    }
  }
}

/** With the level lowered and the record's way led past the application's streams, for the length of a synchronous call. */
function capture(logger: BunyanLogger, level: number, log: () => unknown): unknown {
  const ours = logger.streams.find(
    ({ stream }) => stream.constructor.name === "OpenTelemetryBunyanStream",
  );
  if (ours === undefined) return undefined;
  const before = logger._level;
  logger._level = level;
  Object.defineProperty(logger, "_emit", {
    configurable: true,
    value: (record: unknown) => ours.stream.write(record),
  });
  try {
    return log();
  } finally {
    logger._level = before;
    Reflect.deleteProperty(logger, "_emit");
  }
}

function prototypeOf(exports: unknown): BunyanLogger | undefined {
  const namespace = typeof exports === "object" && exports !== null;
  const logger: unknown = namespace ? Reflect.get(exports, "default") : exports;
  if (typeof logger !== "function") return undefined;
  const prototype: unknown = logger.prototype;
  const usable = typeof prototype === "object" && prototype !== null && "_emit" in prototype;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked by its one private method that is replaced here
  return usable ? (prototype as BunyanLogger) : undefined;
}
