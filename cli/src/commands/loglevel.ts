/** `throughline loglevel`: changes what applications record, while they run. */
import {
  editAgentConfig,
  isLogLevel,
  LOG_LEVELS,
  readAgentConfig,
  type AgentConfig,
  type AgentConfigEdit,
} from "@throughline/collector";
import { inert } from "../ask/inert-text.ts";
import { CommandError, loadSettings, type Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { settings } = loadSettings(invocation);
  const path = settings.agentConfigFile;
  const edits = [...levelEdits(invocation), ...requestDebugEdits(invocation)];
  const config =
    edits.length === 0 ? await readAgentConfig(path) : await editAgentConfig(path, edits);
  for (const line of describe(config)) invocation.terminal.out(inert(line));
  invocation.terminal.out(`in ${path}`);
  return EXIT.ok;
}

function levelEdits({ options, words }: Invocation): readonly AgentConfigEdit[] {
  const { service, clear } = options;
  const [word, ...rest] = words;
  if (rest.length > 0) throw wrongUse(`unexpected ${JSON.stringify(rest[0])}`);
  if (service === "") throw wrongUse("--service is empty");
  const named = typeof service === "string" ? service : undefined;
  if (clear === true) {
    if (word !== undefined) throw wrongUse("give a level or --clear, not both");
    return [{ kind: "level", service: named, level: undefined }];
  }
  if (word === undefined) {
    if (named !== undefined) throw wrongUse("--service needs a level or --clear");
    return [];
  }
  const level = word.toLowerCase();
  if (!isLogLevel(level)) {
    throw wrongUse(`${JSON.stringify(word)} is no level; one of ${LOG_LEVELS.join(", ")}`);
  }
  return [{ kind: "level", service: named, level }];
}

function requestDebugEdits({ options }: Invocation): readonly AgentConfigEdit[] {
  const asked = options["request-debug"];
  if (asked === undefined) return [];
  if (asked !== "on" && asked !== "off") throw wrongUse("--request-debug is on or off");
  return [{ kind: "requestDebug", allowed: asked === "on" }];
}

function wrongUse(what: string): CommandError {
  return new CommandError(`${what}; see throughline loglevel --help`, EXIT.usage);
}

function describe({ logLevels, requestDebug }: AgentConfig): readonly string[] {
  return [
    `default: ${logLevels.default ?? "the application's own"}`,
    ...Object.entries(logLevels.services).map(([service, level]) => `${service}: ${level}`),
    `requests may ask to be recorded whole: ${requestDebug ? "yes" : "no"}`,
  ];
}
