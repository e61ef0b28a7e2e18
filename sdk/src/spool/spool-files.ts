import { randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { QueuedSignal } from "../export/target.ts";

/**
 * A directory of undelivered batches, shared by every process that names it:
 *
 *   <written at, ms>-<random>.<traces|logs>.spool            complete, waiting
 *   ….spool.part                                            being written; a process that dies leaves it, it is removed after a day
 *   ….spool.<pid>.taken                                     being sent by that process; waits again once the process is gone
 *   ….spool.unreadable                                      kept for a person to look at, never sent
 *
 * Files are readable by their owner only: they hold what the application logged.
 */
const WAITING = /\.(traces|logs)\.spool$/;
const TAKEN = /^(.*\.spool)\.(\d+)\.taken$/;
/** What a file's name ends with while something is done to it, or after. */
const STATE = /(?<=\.spool)\.(part|unreadable|\d+\.taken)$/;
const PART_AGE_MS_MAX = 86_400_000;
const RECOUNT_INTERVAL_MS = 1_000;

export class SpoolFiles {
  readonly #directory: string;
  readonly #bytesMax: number;
  readonly #nowMs: () => number;
  /** What this process knows to be in the directory, by the name without its state: other processes write and send there, too. */
  readonly #sizes = new Map<string, number>();
  #usedBytes = 0;
  #recountedAtMs = -Infinity;
  /** Being written by this process. */
  readonly #parts = new Set<string>();

  /**
   * @param nowMs of a clock that is never set back
   * @throws where the directory can neither be made nor read
   */
  constructor(directory: string, bytesMax: number, nowMs = (): number => performance.now()) {
    this.#directory = directory;
    this.#bytesMax = bytesMax;
    this.#nowMs = nowMs;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#tidy();
  }

  /** @returns false where the directory's limit or its disk has no room */
  writeSync(signal: QueuedSignal, bytes: Uint8Array): boolean {
    const name = newName(signal);
    if (!this.#reserve(name, bytes.length)) return false;
    const path = join(this.#directory, name);
    try {
      writeFileSync(`${path}.part`, bytes, { mode: 0o600 });
      renameSync(`${path}.part`, path);
      return true;
    } catch {
      this.#forget(name);
      return false;
    }
  }

  async write(signal: QueuedSignal, bytes: Uint8Array): Promise<boolean> {
    const name = newName(signal);
    if (!this.#reserve(name, bytes.length)) return false;
    const path = join(this.#directory, name);
    this.#parts.add(name);
    try {
      await writeFile(`${path}.part`, bytes, { mode: 0o600 });
      await rename(`${path}.part`, path);
      return true;
    } catch {
      this.#forget(name);
      return false;
    } finally {
      this.#parts.delete(name);
    }
  }

  /** For a process that ends now: what `write` has not finished is written again by whoever asked for it. */
  dropParts(): void {
    for (const name of this.#parts) rmSync(join(this.#directory, `${name}.part`), { force: true });
  }

  /** Oldest first. */
  waiting(): readonly { readonly name: string; readonly signal: QueuedSignal }[] {
    return this.#names()
      .filter((name) => WAITING.test(name))
      .toSorted()
      .map((name) => ({ name, signal: name.endsWith(".traces.spool") ? "traces" : "logs" }));
  }

  /** @returns undefined where another process was quicker */
  take(name: string): TakenFile | undefined {
    const path = join(this.#directory, name);
    const taken = `${path}.${process.pid}.taken`;
    try {
      renameSync(path, taken);
      // So that a later process with this one's pid (pid 1 in every container) can tell whose it was.
      utimesSync(taken, new Date(), new Date());
      const bytes = readFileSync(taken);
      return {
        bytes,
        remove: () => {
          rmSync(taken, { force: true });
          this.#forget(name);
        },
        putBack: () => this.#rename(taken, path),
        setAside: () => this.#rename(taken, `${path}.unreadable`),
      };
    } catch {
      return undefined;
    }
  }

  #reserve(name: string, bytes: number): boolean {
    if (this.#usedBytes + bytes > this.#bytesMax) this.#recount();
    if (this.#usedBytes + bytes > this.#bytesMax) return false;
    this.#remember(name, bytes);
    return true;
  }

  #remember(name: string, bytes: number): void {
    this.#forget(name);
    this.#sizes.set(name, bytes);
    this.#usedBytes += bytes;
  }

  /** What another process wrote since the last count is not known, and makes no room. */
  #forget(name: string): void {
    this.#usedBytes -= this.#sizes.get(name) ?? 0;
    this.#sizes.delete(name);
  }

  /** Before a no: others may have sent what is remembered here. */
  #recount(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#recountedAtMs < RECOUNT_INTERVAL_MS) return;
    this.#recountedAtMs = nowMs;
    for (const name of this.#sizes.keys()) {
      if (!this.#parts.has(name)) this.#forget(name);
    }
    for (const name of this.#names()) {
      const stat = statSync(join(this.#directory, name), { throwIfNoEntry: false });
      if (stat !== undefined) this.#count(name, stat.size);
    }
  }

  /** What is being written counts in full before it is there. */
  #count(name: string, bytes: number): void {
    const known = name.replace(STATE, "");
    if (!this.#parts.has(known)) this.#remember(known, bytes);
  }

  #rename(from: string, to: string): void {
    try {
      renameSync(from, to);
    } catch {
      // Removed by hand meanwhile: nothing is left to keep.
    }
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#directory);
    } catch {
      return [];
    }
  }

  /** Counts what is there and frees what dead processes held. */
  #tidy(): void {
    for (const name of this.#names()) {
      const path = join(this.#directory, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) continue;
      if (name.endsWith(".spool.part") && Date.now() - stat.mtimeMs > PART_AGE_MS_MAX) {
        rmSync(path, { force: true });
        continue;
      }
      this.#count(name, stat.size);
      const [, original, pid] = TAKEN.exec(name) ?? [];
      if (original !== undefined && isAbandoned(Number(pid), stat.mtimeMs)) {
        this.#rename(path, join(this.#directory, original));
      }
    }
  }
}

function newName(signal: QueuedSignal): string {
  return `${Date.now()}-${randomUUID()}.${signal}.spool`;
}

export interface TakenFile {
  readonly bytes: Uint8Array;
  /** It was delivered, or refused for good. */
  remove(): void;
  /** The collector is away. */
  putBack(): void;
  setAside(): void;
}

function isAbandoned(pid: number, takenAtMs: number): boolean {
  if (pid === process.pid) return takenAtMs < performance.timeOrigin;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
