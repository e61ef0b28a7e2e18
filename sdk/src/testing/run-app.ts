import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface AppResult {
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
  /** Resolves when standard output has contained the text. */
  saw(text: string): Promise<void>;
}

const REGISTER = new URL("../../dist/register.js", import.meta.url).href;
const APPS = fileURLToPath(new URL("../../testdata/apps/", import.meta.url));

/** The node that runs the applications; another version than the test's own by this variable. */
const NODE = process.env["THROUGHLINE_SDK_TEST_NODE"] ?? process.execPath;

/** Starts an application of testdata/apps the way a user would: with one flag and one variable. */
export function startApp(
  file: string,
  environment: Readonly<Record<string, string>>,
  preload: "sdk" | "nothing" = "sdk",
): RunningApp {
  const started = performance.now();
  const flags = preload === "sdk" ? ["--import", REGISTER] : [];
  const child = spawn(NODE, [...flags, `${APPS}${file}`], {
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
