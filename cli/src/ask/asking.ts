/** What the commands that ask have in common: where they ask, how they print, and Ctrl-C. */
import {
  CommandError,
  CONFIG_OPTION,
  type CommandOption,
  type Invocation,
  loadSettings,
} from "../command.ts";
import { endpointsOf } from "../endpoints.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { type ApiClient, createApiClient } from "./api-client.ts";
import { inert } from "./inert-text.ts";
import { createPalette, type Palette } from "./palette.ts";

export const URL_OPTION: Readonly<Record<string, CommandOption>> = {
  ...CONFIG_OPTION,
  url: {
    type: "string",
    value: "URL",
    description: "the query service; default: THROUGHLINE_URL, else the one of these settings",
  },
};

/** @param fallback where the range begins when nobody says */
export function rangeOptions(fallback: string): Readonly<Record<string, CommandOption>> {
  return {
    from: {
      type: "string",
      value: "TIME",
      description: `start: now-1h30m, 2026-11-20T12:00:00Z, or unix digits; default ${fallback}`,
    },
    to: { type: "string", value: "TIME", description: "end, exclusive; default now" },
  };
}

export const JSON_OPTION: Readonly<Record<string, CommandOption>> = {
  json: { type: "boolean", description: "NDJSON: the API's objects as they are, one a line" },
};

export const WIDTH_OPTION: Readonly<Record<string, CommandOption>> = {
  width: { type: "string", value: "N", description: "columns; default: the terminal's" },
};

export interface Asking {
  readonly client: ApiClient;
  readonly signal: AbortSignal;
  readonly out: (line: string) => void;
  /** What is not part of the answer: that it is cut, that there is more. */
  readonly note: (line: string) => void;
  readonly json: boolean;
  readonly palette: Palette;
  /** Columns; undefined where output goes to a file or a pipe and no width was asked for. */
  readonly width: number | undefined;
}

/** Runs what asks. Ctrl-C closes its connections, which ends its queries in ClickHouse. */
export async function asking(
  invocation: Invocation,
  work: (asking: Asking) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { options, terminal } = invocation;
  const url = urlOf(invocation);
  const width = wholeNumber(invocation, "width", WIDTH_RANGE) ?? terminal.look?.columns;
  terminal.whenBroken?.("end");
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await work({
      client: createApiClient(url, interrupted.signal),
      signal: interrupted.signal,
      out: terminal.out,
      note: (line) => terminal.err(`throughline: ${inert(line)}`),
      json: options["json"] === true,
      palette: createPalette(terminal.look?.colours ?? false),
      width,
    });
  } catch (error) {
    if (interrupted.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}

const WIDTH_RANGE = { min: 40, max: 1_000 } as const;

function urlOf(invocation: Invocation): string {
  const { settings } = loadSettings(invocation);
  const { url: given } = invocation.options;
  const url = typeof given === "string" ? given : (settings.url ?? endpointsOf(settings).ui);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new CommandError(
      `--url is ${JSON.stringify(url)}; expected a URL such as http://127.0.0.1:8417`,
      EXIT.usage,
    );
  }
  return url;
}

/** @returns undefined where the option was not given */
export function wholeNumber(
  { options }: Invocation,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const given = options[name];
  if (typeof given !== "string") return undefined;
  const value = Number(given);
  if (!/^\d+$/.test(given) || value < min || value > max) {
    throw new CommandError(
      `--${name} is ${JSON.stringify(given)}; expected a whole number from ${min} to ${max}`,
      EXIT.usage,
    );
  }
  return value;
}

export function textOption({ options }: Invocation, name: string): string | undefined {
  const given = options[name];
  return typeof given === "string" ? given : undefined;
}

/** The words of a filter as one text; a shell has taken the quotes that the user did not protect. */
export function queryOf({ words }: Invocation): string | undefined {
  const query = words.join(" ").trim();
  return query === "" ? undefined : query;
}

/** How an answer ended: something, nothing, or less than there is. */
export function exitCodeOf(found: number, complete: boolean): ExitCode {
  if (!complete) return EXIT.cut;
  return found === 0 ? EXIT.nothing : EXIT.ok;
}
