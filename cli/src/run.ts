/** From the command line to an exit code: finds the command, checks its options, says failures in one line. */
import { parseArgs } from "node:util";
import { inert, inertLines } from "./ask/inert-text.ts";
import {
  CommandError,
  parseArgsOptions,
  type Command,
  type Invocation,
  type Terminal,
} from "./command.ts";
import { COMMANDS } from "./commands/index.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { commandHelp, overview } from "./help-text.ts";
import { nearestName } from "./settings/nearest.ts";

export interface RunInput {
  /** Without node and the script. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDir: string;
  readonly terminal: Terminal;
}

/** Never rejects. */
export async function run(input: RunInput): Promise<ExitCode> {
  const { terminal } = input;
  try {
    return await dispatch(input);
  } catch (error) {
    if (error instanceof CommandError) {
      for (const line of error.message.split("\n")) {
        terminal.err(`throughline: ${inert(line)}`);
      }
      return error.exitCode;
    }
    terminal.err(`throughline: ${inertLines(describeFailure(error)).join("\n")}`);
    return EXIT.failed;
  }
}

async function dispatch({ args, ...rest }: RunInput): Promise<ExitCode> {
  const [first, ...others] = args;
  if (first === undefined || first === "--help" || first === "-h") {
    rest.terminal.out(overview(COMMANDS));
    return EXIT.ok;
  }
  const name = first === "--version" || first === "-v" ? "version" : first;
  const command = findCommand(name);
  const topic = others.find((word) => !word.startsWith("-"));
  if (command.name === "help" && topic !== undefined) {
    rest.terminal.out(commandHelp(findCommand(topic)));
    return EXIT.ok;
  }
  const { options, words } = parseOptions(command, others);
  if (options["help"] === true) {
    rest.terminal.out(commandHelp(command));
    return EXIT.ok;
  }
  const module = await command.load();
  return module.run({ ...rest, options, words });
}

function findCommand(name: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const names = COMMANDS.map((candidate) => candidate.name);
    const nearest = nearestName(name, names);
    const hint = nearest === undefined ? `one of: ${names.join(", ")}` : `did you mean ${nearest}?`;
    throw new CommandError(`unknown command "${name}"; ${hint}`, EXIT.usage);
  }
  return command;
}

function parseOptions(
  command: Command,
  args: readonly string[],
): Pick<Invocation, "options" | "words"> {
  if (command.passesOn) {
    const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
    return { options: { help: own.includes("--help") || own.includes("-h") }, words: args };
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: parseArgsOptions(command),
      allowPositionals: command.words !== undefined,
    });
    const options = Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, Array.isArray(value) ? undefined : value]),
    );
    return { options, words: positionals };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new CommandError(`${reason}; see throughline ${command.name} --help`, EXIT.usage, {
      cause: error,
    });
  }
}

/** Failures with a code are operating failures and say all in their message; anything else is a bug with a stack. */
function describeFailure(error: unknown): string {
  if (error instanceof Error) {
    const expected = "code" in error && typeof error.code === "string";
    return expected ? error.message : (error.stack ?? error.message);
  }
  return String(error);
}
