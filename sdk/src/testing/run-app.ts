import { spawn } from "node:child_process";
import { resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { testNode } from "./test-node.ts";

interface AppResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface RunningApp {
  readonly pid: number;
  readonly ended: Promise<AppResult>;
  kill(signal: NodeJS.Signals): void;
  /** Standard output so far. */
  output(): string;
  /** Resolves when standard output has contained the text. */
  saw(text: string): Promise<void>;
}

const REGISTER = new URL("../../dist/register.js", import.meta.url).href;
const APPS = fileURLToPath(new URL("../../testdata/apps/", import.meta.url));

/** Starts an application of testdata/apps, or of a path, the way a user would: with one flag and one variable. */
export function startApp(
  file: string,
  environment: Readonly<Record<string, string>>,
  preload: "sdk" | "nothing" = "sdk",
): RunningApp {
  const started = performance.now();
  const flags = preload === "sdk" ? ["--import", REGISTER] : [];
  const child = spawn(testNode(), [...flags, resolvePath(APPS, file)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...environment },
  });
  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
    for (const watcher of watchers) watcher();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const ended = new Promise<AppResult>((resolve) => {
    child.once("close", (code, signal) => {
      resolve({ code, signal, stdout, stderr, durationMs: performance.now() - started });
    });
  });
  return {
    pid: child.pid ?? -1,
    ended,
    output: () => stdout,
    kill: (signal) => child.kill(signal),
    saw: (text) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (stdout.includes(text)) resolve();
        };
        watchers.add(check);
        check();
      }),
  };
}
