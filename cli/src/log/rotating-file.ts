/**
 * The file a role logs to. Written synchronously: the last lines before a crash are the ones that matter, and a
 * product that is well logs a few lines a minute. Two files at most: `x.log` and, once that is full, `x.log.1`.
 */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

export class RotatingFile {
  readonly #path: string;
  readonly #sizeBytesMax: number;
  #descriptor: number;
  #sizeBytes: number;

  /** @throws the file system's error when the directory or the file cannot be made */
  constructor(path: string, sizeBytesMax: number) {
    this.#path = path;
    this.#sizeBytesMax = sizeBytesMax;
    mkdirSync(dirname(path), { recursive: true });
    this.#descriptor = openSync(path, "a", 0o640);
    this.#sizeBytes = fstatSync(this.#descriptor).size;
  }

  /** Never throws: a full disk must not end the process whose job is to say that the disk is full. */
  write(line: string): void {
    try {
      if (this.#sizeBytes >= this.#sizeBytesMax) {
        this.#rotate();
      }
      this.#sizeBytes += writeSync(this.#descriptor, line);
    } catch {
      // Warnings still reach standard error, which does not go through here.
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #rotate(): void {
    renameSync(this.#path, `${this.#path}.1`);
    const full = this.#descriptor;
    this.#descriptor = openSync(this.#path, "a", 0o640);
    this.#sizeBytes = 0;
    closeSync(full);
  }
}
