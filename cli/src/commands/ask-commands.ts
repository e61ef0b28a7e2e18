/** The commands that ask a running query service, with their help. */
import { JSON_OPTION, rangeOptions, URL_OPTION, WIDTH_OPTION } from "../ask/asking.ts";
import type { Command, CommandOption } from "../command.ts";

const SERVICE_OPTION: Readonly<Record<string, CommandOption>> = {
  service: { type: "string", value: "S", description: "only of the service of that name" },
};

const EXIT_CODES = `Exit codes: 0 found, 1 failed, 2 asked wrongly, 3 nothing found, 4 cut short by a limit, 130 Ctrl-C, which also ends
the query in ClickHouse.`;

const COLOURS = `Colours only in a terminal, and not with NO_COLOR. Times are UTC. What telemetry contains of control characters
is shown as \\x1b and the like.`;

const FILTER = `QUERY is the filter language of the search box: words, "phrases", field:value, duration>100ms, AND, OR, NOT; its
words are joined by spaces, so put it in quotes where the shell would change it.`;

const limitOption = (fallback: number): Readonly<Record<string, CommandOption>> => ({
  limit: { type: "string", value: "N", description: `results at most; default ${fallback}` },
});

export const ASK_COMMANDS: readonly Command[] = [
  {
    name: "trace",
    summary: "show one request: its spans, and every log where it happened",
    words: "ID",
    details: `ID is any id of a request: of its trace or of a span, in any spelling, a pasted traceparent, or a request id that an attribute
carries. Spans marked • are on the critical path. Where an id belongs to several requests, they are listed.
${COLOURS}

${EXIT_CODES} 5: several requests have the id.`,
    options: {
      ...URL_OPTION,
      ...WIDTH_OPTION,
      "fix-skew": {
        type: "boolean",
        description: "moves spans whose clock disagrees with their callers'",
      },
      json: {
        type: "boolean",
        description: "the API's object on one line; of several requests a line for each",
      },
    },
    load: () => import("./trace.ts"),
  },
  {
    name: "search",
    summary: "find traces, newest first",
    words: "[QUERY]",
    details: `${FILTER}
${COLOURS}

${EXIT_CODES}`,
    options: {
      ...URL_OPTION,
      ...SERVICE_OPTION,
      ...rangeOptions("now-24h"),
      ...limitOption(20),
      ...JSON_OPTION,
      ...WIDTH_OPTION,
    },
    load: () => import("./search.ts"),
  },
  {
    name: "logs",
    summary: "find logs: the newest ones, oldest of them first",
    words: "[QUERY]",
    details: `${FILTER}
${COLOURS} With --json the newest is first.

${EXIT_CODES}`,
    options: {
      ...URL_OPTION,
      ...SERVICE_OPTION,
      severity: { type: "string", value: "LEVEL", description: "this and above: WARN, ERROR, …" },
      trace: { type: "string", value: "ID", description: "only of this trace, of any time" },
      ...rangeOptions("now-24h"),
      ...limitOption(100),
      ...JSON_OPTION,
    },
    load: () => import("./logs.ts"),
  },
  {
    name: "tail",
    summary: "print logs as they are stored, until Ctrl-C",
    words: "[QUERY]",
    details: `${FILTER}
Begins with the newest ten of the last 30 seconds, then prints each record once as it is stored, late ones too. Of more than
tailRowsPerSecondMax (2000 a second) the newest are printed. What is left out, what cannot be read meanwhile, and a service
that has gone away are said on standard error; the tail goes on where it was.
${COLOURS}

Exit codes: 130 Ctrl-C, 1 failed, 2 asked wrongly.`,
    options: {
      ...URL_OPTION,
      ...SERVICE_OPTION,
      severity: { type: "string", value: "LEVEL", description: "this and above: WARN, ERROR, …" },
      ...JSON_OPTION,
    },
    load: () => import("./tail.ts"),
  },
  {
    name: "services",
    summary: "list services with their rates, errors and percentiles",
    details: `Percentiles are of server and consumer spans; errors are of all spans.
${COLOURS}

${EXIT_CODES}`,
    options: { ...URL_OPTION, ...rangeOptions("now-1h"), ...JSON_OPTION, ...WIDTH_OPTION },
    load: () => import("./services.ts"),
  },
  {
    name: "sql",
    summary: "run a SELECT on the stored telemetry",
    words: "[STATEMENT]",
    details: `STATEMENT is one SELECT (or WITH … SELECT, or EXPLAIN); without it, or with -, it is read from standard input. It runs as
a user that only reads, within limits; its macros, such as $__timeFilter(Timestamp), take --from and --to.
${COLOURS}

${EXIT_CODES}`,
    options: {
      ...URL_OPTION,
      ...rangeOptions("now-1h"),
      format: {
        type: "string",
        value: "F",
        description: "table (default), json, ndjson, csv, parquet or arrow",
      },
      json: { type: "boolean", description: "the same as --format ndjson" },
    },
    load: () => import("./sql.ts"),
  },
];
