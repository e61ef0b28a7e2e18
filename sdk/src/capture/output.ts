import { StringDecoder } from "node:string_decoder";
import type { Readable } from "node:stream";
import { context, logs } from "@opentelemetry/api";
import { isTracingSuppressed } from "@opentelemetry/core";
import { LineReader } from "./line-reader.ts";
import { readOutputLine, type OutputStream } from "./output-line.ts";
import { isPrinting } from "./own-output.ts";

export interface OutputOptions {
  readonly version: string;
  /** A longer line becomes several records. */
  readonly lineLengthMax: number;
}

type Write = (this: NodeJS.WriteStream, ...args: unknown[]) => boolean;

/**
 * Makes log records of the lines that the application writes to standard output and standard error by itself: loggers without a
 * diagnostics channel, written by hand or unknown to us. What another log call prints is its own record already, and what is piped in (a
 * child process, a worker thread, a formatter behind a logger) is somebody else's: neither is a line here. Writes past
 * `process.stdout`, as `fs.writeSync(1, …)`, are not seen.
 * @returns a function that takes it back
 */
export function captureOutput(options: OutputOptions): () => void {
  const undo = (["stdout", "stderr"] as const).map((name) => watch(name, options));
  return () => {
    for (const each of undo) each();
  };
}

function watch(name: OutputStream, { version, lineLengthMax }: OutputOptions): () => void {
  const stream = process[name];
  const logger = logs.getLogger("throughline.output", version);
  const decoder = new StringDecoder("utf8");
  let busy = false;
  const reader = new LineReader(lineLengthMax, (line) => {
    const { exception, ...record } = readOutputLine(line, name);
    logger.emit({ ...record, ...(exception === undefined ? {} : { exception }) });
  });
  const record = (chunk: unknown, encoding: unknown): void => {
    busy = true;
    try {
      reader.add(textOf(chunk, encoding, decoder));
    } catch {
      // The line is written; that it became no record must not fail its writer.
    } finally {
      busy = false;
    }
  };
  const pipes = watchPipes(stream);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion, typescript/unbound-method -- its overloads, called with its own `this` below
  const original = stream.write as Write;
  const patched: Write = function (this, ...args) {
    const written = original.apply(this, args);
    const isOurs = !busy && !isPrinting() && !pipes.isPiping();
    if (isOurs && !isTracingSuppressed(context.active())) record(args[0], args[1]);
    return written;
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- passes on whatever overload was called
  stream.write = patched as typeof stream.write;
  const end = (): void => reader.end();
  process.once("exit", end);
  return () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it was
    if (stream.write === patched) stream.write = original as typeof stream.write;
    process.off("exit", end);
    pipes.stop();
    end();
  };
}

function textOf(chunk: unknown, encoding: unknown, decoder: StringDecoder): string {
  if (chunk instanceof Uint8Array) return decoder.write(Buffer.from(chunk));
  if (typeof chunk !== "string") return "";
  const isText = typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the stream has just accepted it
  return isText ? chunk : decoder.write(Buffer.from(chunk, encoding as BufferEncoding));
}

interface Pipes {
  readonly isPiping: () => boolean;
  readonly stop: () => void;
}

/** Whether a write comes from a stream that is piped in: such a stream writes while it hands its data round. */
function watchPipes(stream: NodeJS.WriteStream): Pipes {
  let depth = 0;
  const begin = (): void => {
    depth++;
  };
  const end = (): void => {
    depth--;
  };
  const onPipe = (source: Readable): void => {
    // One before and one behind the listener that writes, which is there already.
    source.prependListener("data", begin);
    source.on("data", end);
  };
  const onUnpipe = (source: Readable): void => {
    source.off("data", begin);
    source.off("data", end);
  };
  stream.on("pipe", onPipe);
  stream.on("unpipe", onUnpipe);
  return {
    isPiping: () => depth > 0,
    stop: () => {
      stream.off("pipe", onPipe);
      stream.off("unpipe", onUnpipe);
    },
  };
}
