import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Environment } from "../settings.ts";
import { PROBE_VARIABLE, type ProbeEvent } from "./probe-report.ts";

export interface AppRun {
  /** One per Node process that the command started, package managers left out; oldest first. */
  readonly processes: readonly (readonly ProbeEvent[])[];
  /** undefined when the doctor ended it, which is the usual end of a server. */
  readonly exitCode: number | undefined;
  /** What could not be started, in words. */
  readonly failure: string | undefined;
  /** The end of standard error, for an application that failed. */
  readonly errorOutput: string;
}

export interface AppCommand {
  /** Program and arguments, run without a shell. */
  readonly command: readonly string[];
  readonly environment: Environment;
  readonly workingDirectory: string;
  /** How long the application may run before it is told to end. */
  readonly secondsMax: number;
}

const KILL_AFTER_MS = 5_000;
/** What ends the doctor, and must not leave an application without it. */
const INTERRUPTIONS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const ERROR_OUTPUT_LENGTH_MAX = 2_000;
const PACKAGE_MANAGERS = /^(npm|npx|yarn|pnpm|pnpx|corepack)(-cli)?(\.[cm]?js)?$/;

/**
 * Runs the command as its user would, with the probe in front, and tells what was loaded. A signal that would end this process
 * ends the application first, at once when it comes again.
 */
export async function runApp(options: AppCommand): Promise<AppRun> {
  const directory = mkdtempSync(join(tmpdir(), "throughline-doctor-"));
  let interruptedBy: NodeJS.Signals | undefined;
  try {
    const { interruptedBy: signal, ...ended } = await runUntilEnd(options, directory);
    interruptedBy = signal;
    return { ...ended, processes: readReports(directory) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
    if (interruptedBy !== undefined) process.kill(process.pid, interruptedBy);
  }
}

interface EndedApp extends Omit<AppRun, "processes"> {
  /** The signal that this process got meanwhile. */
  readonly interruptedBy: NodeJS.Signals | undefined;
}

function runUntilEnd(options: AppCommand, directory: string): Promise<EndedApp> {
  const [program = "", ...args] = options.command;
  const probe = new URL("./probe.js", import.meta.url).href;
  const flags = `--import ${probe} ${options.environment["NODE_OPTIONS"] ?? ""}`.trim();
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.workingDirectory,
      env: { ...options.environment, NODE_OPTIONS: flags, [PROBE_VARIABLE]: directory },
      // Its own group, so that what `npm start` has started ends with it.
      detached: process.platform !== "win32",
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errorOutput = "";
    let asked = false;
    const end = (signal: NodeJS.Signals): void => {
      asked = true;
      signalGroup(child.pid, signal);
    };
    const timers = [
      setTimeout(() => end("SIGTERM"), options.secondsMax * 1000),
      setTimeout(() => end("SIGKILL"), options.secondsMax * 1000 + KILL_AFTER_MS),
    ];
    let interruptedBy: NodeJS.Signals | undefined;
    // In its own group the application does not get the terminal's Ctrl-C.
    const interrupt = (signal: NodeJS.Signals): void => {
      end(interruptedBy === undefined ? signal : "SIGKILL");
      interruptedBy ??= signal;
      timers.push(setTimeout(() => end("SIGKILL"), KILL_AFTER_MS));
    };
    for (const signal of INTERRUPTIONS) process.on(signal, interrupt);
    const finish = (failure: string | undefined, code: number | null): void => {
      for (const timer of timers) clearTimeout(timer);
      for (const signal of INTERRUPTIONS) process.removeListener(signal, interrupt);
      resolve({ failure, exitCode: asked ? undefined : (code ?? 1), errorOutput, interruptedBy });
    };
    child.stderr.on("data", (chunk: Buffer) => {
      errorOutput = (errorOutput + chunk.toString()).slice(-ERROR_OUTPUT_LENGTH_MAX);
    });
    child.once("error", (error) => finish(error.message, null));
    child.once("exit", (code) => finish(undefined, code));
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // It has just ended by itself.
  }
}

function readReports(directory: string): AppRun["processes"] {
  return readdirSync(directory)
    .map((file) => readFileSync(join(directory, file), "utf8"))
    .map((text) =>
      text
        .trim()
        .split("\n")
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by our own probe
        .map((line) => JSON.parse(line) as ProbeEvent),
    )
    .filter((events) => !isPackageManager(events))
    .toSorted((left, right) => pidOf(left) - pidOf(right));
}

function isPackageManager(events: readonly ProbeEvent[]): boolean {
  const first = events[0];
  return first?.event === "process" && PACKAGE_MANAGERS.test(basename(first.entry));
}

function pidOf(events: readonly ProbeEvent[]): number {
  const first = events[0];
  return first?.event === "process" ? first.pid : 0;
}
