import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a child ended. */
export interface ChildExit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** What it last wrote to stderr and stdout, oldest first. */
  readonly lastLines: readonly string[];
}

/** One life of the engine's process. */
export interface EngineChild {
  readonly pid: number;
  readonly exited: Promise<ChildExit>;
  /** Closes the pipe that keeps it alive: ClickHouse shuts down by itself. */
  end(): void;
  kill(): void;
}

const LAST_LINES_MAX = 20;
const LINE_LENGTH_MAX = 2_000;

/** @param binary a `clickhouse` binary to run instead of the library */
export function spawnEngineChild(configFile: string, binary: string | undefined): EngineChild {
  const script = fileURLToPath(new URL("child.ts", import.meta.url));
  const mode = binary === undefined ? ["library", configFile] : ["binary", configFile, binary];
  const env = { ...process.env };
  // Whatever instruments the parent must not be loaded into the engine.
  delete env["NODE_OPTIONS"];
  const child = spawn(process.execPath, [script, ...mode], {
    // Its own session: Ctrl-C in the terminal reaches the parent only, which stops the engine last.
    detached: true,
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const lines = new LastLines();
  child.stdout.setEncoding("utf8").on("data", (text: string) => lines.add(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => lines.add(text));
  // The pipe breaks when the child dies first; its exit says so already.
  child.stdin.on("error", () => undefined);
  const exited = new Promise<ChildExit>((resolve) => {
    child.on("error", (error) => {
      resolve({ code: undefined, signal: undefined, lastLines: [error.message] });
    });
    // "close" and not "exit": all of the output has arrived.
    child.on("close", (code, signal) => {
      resolve({ code: code ?? undefined, signal: signal ?? undefined, lastLines: lines.all() });
    });
  });
  return {
    pid: child.pid ?? 0,
    exited,
    end: () => child.stdin.end(),
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}

class LastLines {
  readonly #lines: string[] = [];
  #partial = "";

  add(text: string): void {
    const pieces = (this.#partial + text).split("\n");
    this.#partial = (pieces.pop() ?? "").slice(0, LINE_LENGTH_MAX);
    for (const piece of pieces) {
      if (piece.trim() !== "") this.#lines.push(piece.slice(0, LINE_LENGTH_MAX));
    }
    this.#lines.splice(0, this.#lines.length - LAST_LINES_MAX);
  }

  all(): readonly string[] {
    return this.#partial.trim() === "" ? [...this.#lines] : [...this.#lines, this.#partial];
  }
}
