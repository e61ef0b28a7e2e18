/** The product's own log: JSON lines in `<dataDir>/log/<role>.log`, warnings also on standard error. */
import { join } from "node:path";
import { pino, multistream, type Logger } from "pino";
import { ReadableLines } from "./readable-lines.ts";
import { RotatingFile } from "./rotating-file.ts";

const FILE_BYTES_MAX = 32 * 1024 * 1024;

export interface LoggerOptions {
  /** Becomes the file's name and the beginning of each line on standard error. */
  readonly role: string;
  readonly dataDir: string;
  readonly level: string;
}

export function logDir(dataDir: string): string {
  return join(dataDir, "log");
}

export function createLogger({ role, dataDir, level }: LoggerOptions): Logger {
  const file = new RotatingFile(join(logDir(dataDir), `${role}.log`), FILE_BYTES_MAX);
  const readable = new ReadableLines({
    write: (line) => process.stderr.write(`${line}\n`),
    nowMs: () => performance.now(),
  });
  return pino(
    { level, base: { role, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    multistream([
      { level: "trace", stream: file },
      { level: "warn", stream: readable },
    ]),
  );
}
