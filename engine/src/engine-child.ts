import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { PARENT_ARGUMENT } from "./data-directory-lock.ts";
import { SANDBOX_LINE } from "./sandbox.ts";

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
  /** `landlock`, or why there is none; undefined before the child said so. */
  sandbox(): string | undefined;
  /** Closes the pipe that keeps it alive: ClickHouse shuts down by itself. */
  end(): void;
  kill(): void;
}

const LAST_LINES_MAX = 20;
const LINE_LENGTH_MAX = 2_000;

/** What to run. */
export interface ChildInput {
  readonly configFile: string;
  /** A `clickhouse` binary to run instead of the library. */
  readonly binary: string | undefined;
  /** The folders ClickHouse writes to. */
  readonly writable: readonly string[];
}

export function spawnEngineChild(input: ChildInput): EngineChild {
  const script = fileURLToPath(new URL("child.ts", import.meta.url));
  const { configFile, binary } = input;
  const args =
    binary === undefined
      ? ["library", configFile, ...input.writable]
      : ["binary", configFile, binary];
  const child = spawn(process.execPath, [script, ...args, `${PARENT_ARGUMENT}${process.pid}`], {
    // Its own session: Ctrl-C in the terminal reaches the parent only, which stops the engine last.
    detached: true,
    env: childEnvironment(),
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
    sandbox: () => lines.sandbox,
    end: () => child.stdin.end(),
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}

/**
 * Only what the system's loader and ClickHouse need: whatever instruments the parent (NODE_OPTIONS) must not be loaded
 * into the engine, and no secret of the parent's environment should be in reach of a query.
 */
function childEnvironment(): NodeJS.ProcessEnv {
  const kept = [
    "PATH",
    "HOME",
    "LANG",
    "TZ",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "CHDB_LIBCHDB_PATH",
    "CHDB_LIBCHDB_DIR",
  ];
  return Object.fromEntries(kept.map((name) => [name, process.env[name]]));
}

class LastLines {
  sandbox: string | undefined;
  readonly #lines: string[] = [];
  #partial = "";

  add(text: string): void {
    const pieces = (this.#partial + text).split("\n");
    this.#partial = (pieces.pop() ?? "").slice(0, LINE_LENGTH_MAX);
    for (const piece of pieces) {
      if (piece.startsWith(SANDBOX_LINE)) this.sandbox = piece.slice(SANDBOX_LINE.length);
      if (piece.trim() !== "") this.#lines.push(piece.slice(0, LINE_LENGTH_MAX));
    }
    this.#lines.splice(0, this.#lines.length - LAST_LINES_MAX);
  }

  all(): readonly string[] {
    return this.#partial.trim() === "" ? [...this.#lines] : [...this.#lines, this.#partial];
  }
}
