/** Runs the `throughline` command as a process of its own, on free ports and in a data directory of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));

export class CommandProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor(
    args: readonly string[],
    options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
  ) {
    this.#child = spawn(process.execPath, [MAIN, ...args], {
      cwd: options.cwd,
      // Nothing of the shell that runs the tests may reach the settings.
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.#child.stderr?.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.#exited = once(this.#child, "close").then(() => this.#child.exitCode);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** What it writes from now on finds a pipe that nobody reads: what is left of `| tee log` after Ctrl-C. */
  stopReading(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  /** @returns the exit code; null when a signal ended it */
  exited(): Promise<number | null> {
    return this.#exited;
  }

  /** Waits until standard output or standard error has the words. @throws with both when the process ends first */
  async says(words: string): Promise<void> {
    await until(() => {
      if (this.output.includes(words)) {
        return true;
      }
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`it ended without saying "${words}":\n${this.output}`);
      }
      return false;
    }, `"${words}"`);
  }

  get output(): string {
    return `${this.stdout}\n${this.stderr}`;
  }
}

const WAIT_MS = 40_000;

export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  waitMs = WAIT_MS,
): Promise<void> {
  const deadlineMs = performance.now() + waitMs;
  while (!(await condition())) {
    if (performance.now() > deadlineMs) {
      throw new Error(`waited ${waitMs} ms for ${what}`);
    }
    await sleep(25);
  }
}

/** The five ports of a start as environment variables; all were free a moment ago. */
export async function freePorts() {
  const servers = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const server = createServer();
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const [http = "", grpc = "", otlp = "", clickhouse = "", native = ""] = servers.map((server) => {
    const address = server.address();
    server.close();
    return typeof address === "object" && address !== null ? String(address.port) : "";
  });
  return {
    THROUGHLINE_HTTP_PORT: http,
    THROUGHLINE_OTLP_GRPC_PORT: grpc,
    THROUGHLINE_OTLP_HTTP_PORT: otlp,
    THROUGHLINE_CLICKHOUSE_HTTP_PORT: clickhouse,
    THROUGHLINE_CLICKHOUSE_TCP_PORT: native,
  };
}

/** Process ids of everything below a process, with its command line. Linux. */
export function descendants(pid: number): Map<number, string> {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)));
  const found = new Map<number, string>();
  const waiting = [pid];
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    for (const child of processes.filter(({ parentPid }) => parentPid === parent)) {
      found.set(child.pid, child.command);
      waiting.push(child.pid);
    }
  }
  return found;
}

export function isRunning(pid: number): boolean {
  return readProcess(pid).length > 0;
}

function readProcess(pid: number): { pid: number; parentPid: number; command: string }[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    if (/^State:\s+[ZX]/m.test(status)) {
      return [];
    }
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return [{ pid, parentPid: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]), command }];
  } catch {
    return []; // It ended while we looked.
  }
}
