/** What a command is, and what it is given to run with. */
import type { ParseArgsOptionsConfig } from "node:util";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { readSettings, type SettingsResult } from "./settings/read.ts";

export interface Command {
  readonly name: string;
  /** One line in the list of commands. */
  readonly summary: string;
  /** What `--help` says after the usage line and the summary. */
  readonly details: string;
  /** Besides `--help`, which each command has. */
  readonly options: Readonly<Record<string, CommandOption>>;
  /** Words that may follow the command, as usage shows them: `list | show ID`. Without it none may. */
  readonly words?: string;
  /** Everything that follows becomes `words` as it is: another program reads it. The options are there for the help. */
  readonly passesOn?: true;
  /** Imports the command only when it runs: `throughline help` must not load a database. */
  readonly load: () => Promise<{ readonly run: (invocation: Invocation) => Promise<ExitCode> }>;
}

export interface CommandOption {
  readonly type: "string" | "boolean";
  /** The name of a string option's value: `FILE`. */
  readonly value?: string;
  /** Hidden options have none. */
  readonly description?: string;
}

export interface Invocation {
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** What follows the command and is no option; empty for commands that take no words. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDir: string;
  readonly terminal: Terminal;
}

/** Standard output and standard error, one line at a time. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Standard output's terminal; absent where it is a file or a pipe. */
  readonly look?: Look | undefined;
  /**
   * What standard output that nobody reads any more means: the end of a question (`| head`), or nothing to what keeps running
   * and has an order in which it stops. Until it is said, what is written is lost, and the command runs to its end.
   */
  readonly whenBroken?: (what: "end" | "go on") => void;
  /** Bytes to standard output as they are; resolves when it takes more. */
  readonly write?: (bytes: Uint8Array) => Promise<void>;
}

export interface Look {
  readonly columns: number;
  /** False with NO_COLOR, and where TERM says that the terminal has none. */
  readonly colours: boolean;
}

/** Ends the command with lines for the user and no stack trace. */
export class CommandError extends Error {
  readonly code = "COMMAND_FAILED";
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.failed, options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandError";
    this.exitCode = exitCode;
  }
}

export type LoadedSettings = Extract<SettingsResult, { kind: "ok" }>;

/** @throws CommandError that lists every problem, one per line */
export function loadSettings(invocation: Invocation): LoadedSettings {
  const { config } = invocation.options;
  const result = readSettings({
    environment: invocation.environment,
    workingDir: invocation.workingDir,
    configFile: typeof config === "string" ? config : undefined,
  });
  if (result.kind === "invalid") {
    throw new CommandError(result.problems.join("\n"), EXIT.usage);
  }
  return result;
}

export const CONFIG_OPTION: Readonly<Record<string, CommandOption>> = {
  config: {
    type: "string",
    value: "FILE",
    description: "settings file; default: THROUGHLINE_CONFIG, else ./throughline.yaml if it exists",
  },
};

/** For node:util's parseArgs. */
export function parseArgsOptions(command: Command): ParseArgsOptionsConfig {
  const own = Object.entries(command.options).map(([name, { type }]) => [name, { type }] as const);
  return { ...Object.fromEntries(own), help: { type: "boolean", short: "h" } };
}
