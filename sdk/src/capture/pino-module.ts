/** What is known of pino's module, for instrumentations that look at each logger that it makes. */

/** The part of a pino logger that is touched; the rest is behind symbols that pino publishes. */
export interface PinoLogger {
  [key: string | symbol]: unknown;
  isLevelEnabled(level: string): boolean;
}

export interface PinoSymbols {
  readonly setLevelSym: symbol;
  readonly streamSym: symbol;
}

/**
 * @param exports of pino, CommonJS or an ESM namespace
 * @param watch sees each root logger when it is made
 * @returns what takes the place of the exports
 */
export function watchPino(
  exports: unknown,
  watch: (logger: PinoLogger, symbols: PinoSymbols) => void,
): unknown {
  const module = asModule(exports);
  const pino = module.default ?? exports;
  const symbols = symbolsOf(pino);
  if (typeof pino !== "function" || symbols === undefined) return exports;
  const patched = Object.assign((...args: unknown[]): unknown => {
    const logger: unknown = Reflect.apply(pino, undefined, args);
    if (isPinoLogger(logger)) watch(logger, symbols);
    return logger;
  }, pino);
  for (const name of ["pino", "default"]) {
    if (typeof Reflect.get(patched, name) === "function") Reflect.set(patched, name, patched);
  }
  if (module.isNamespace) {
    Reflect.set(module.namespace, "default", patched);
    if (Reflect.has(module.namespace, "pino")) Reflect.set(module.namespace, "pino", patched);
  }
  return patched;
}

interface LoadedModule {
  readonly isNamespace: boolean;
  readonly namespace: object;
  readonly default: unknown;
}

function asModule(exports: unknown): LoadedModule {
  const namespace = typeof exports === "object" && exports !== null ? exports : {};
  const isNamespace = Reflect.get(namespace, Symbol.toStringTag) === "Module";
  return {
    isNamespace,
    namespace,
    default: isNamespace ? Reflect.get(namespace, "default") : undefined,
  };
}

function symbolsOf(pino: unknown): PinoSymbols | undefined {
  if (typeof pino !== "function" || !("symbols" in pino)) return undefined;
  const { symbols } = pino;
  if (typeof symbols !== "object" || symbols === null) return undefined;
  const setLevelSym: unknown = Reflect.get(symbols, "setLevelSym");
  const streamSym: unknown = Reflect.get(symbols, "streamSym");
  if (typeof setLevelSym !== "symbol" || typeof streamSym !== "symbol") return undefined;
  return { setLevelSym, streamSym };
}

export function isPinoLogger(value: unknown): value is PinoLogger {
  return typeof value === "object" && value !== null && "isLevelEnabled" in value;
}
