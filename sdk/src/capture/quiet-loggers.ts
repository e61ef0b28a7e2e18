import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
} from "@opentelemetry/instrumentation";
import { SDK_VERSION } from "../version.ts";
import { printing } from "./own-output.ts";
import { watchPino, type PinoLogger, type PinoSymbols } from "./pino-module.ts";

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** What pino writes to a stream such as process.stdout is a record already. */
export class QuietPino extends InstrumentationBase {
  constructor() {
    super("throughline.pino-output", SDK_VERSION, {});
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    return [
      new InstrumentationNodeModuleDefinition("pino", [">=5.14 <11"], (exports: unknown) =>
        watchPino(exports, quietStream),
      ),
    ];
  }
}

/** What winston's transports print is a record already, through console (`forceConsole`) or past it. */
export class QuietWinston extends InstrumentationBase {
  constructor() {
    super("throughline.winston-output", SDK_VERSION, {});
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    return [
      new InstrumentationNodeModuleDefinition(
        "winston-transport",
        [">=4.3 <5"],
        (exports: unknown) => {
          const prototype: unknown = typeof exports === "function" ? exports.prototype : undefined;
          if (typeof prototype === "object" && prototype !== null) {
            for (const name of ["_write", "_writev"]) quietMethod(prototype, name);
          }
          return exports;
        },
      ),
    ];
  }
}

function quietStream(logger: PinoLogger, { streamSym }: PinoSymbols): void {
  const stream = logger[streamSym];
  if (typeof stream === "object" && stream !== null) quietMethod(stream, "write");
}

const QUIET = new WeakSet<object>();

function quietMethod(owner: object, name: string): void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== "function" || QUIET.has(original)) return;
  const quiet: Method = function (this, ...args) {
    return printing(() => Reflect.apply(original, this, args));
  };
  QUIET.add(quiet);
  Reflect.set(owner, name, quiet);
}
