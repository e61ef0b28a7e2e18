/** All commands, in the order of `throughline help`. */
import { CONFIG_OPTION, type Command } from "../command.ts";
import { ASK_COMMANDS } from "./ask-commands.ts";

const ROLE_OPTIONS = {
  ...CONFIG_OPTION,
  // Said by the supervisor, never by a person: settings come over IPC, and the role ends with its parent.
  supervised: { type: "boolean" },
} as const;

export const COMMANDS: readonly Command[] = [
  {
    name: "start",
    summary: "run everything: ClickHouse, collector, query API and web UI",
    details: `Starts the embedded ClickHouse (or uses CLICKHOUSE_URL), brings its tables up to date, and keeps a
collector and a query process running. Ctrl-C stops them in order; a second Ctrl-C kills them.`,
    options: CONFIG_OPTION,
    load: () => import("./start.ts"),
  },
  {
    name: "demo",
    summary: "run everything, and a small shop that sends traces and logs",
    details: `Prints a link to one interesting request as soon as it can be opened. Unless THROUGHLINE_DATA_DIR (or
dataDir in the settings file) says otherwise, the demo keeps its data apart, in ./data/demo.`,
    options: {
      ...CONFIG_OPTION,
      rate: {
        type: "string",
        value: "N",
        description: "requests per second to the shop; default 3",
      },
    },
    load: () => import("./demo.ts"),
  },
  ...ASK_COMMANDS,
  {
    name: "collector",
    summary: "run only the collector: OTLP in, ClickHouse out",
    details: `Needs CLICKHOUSE_URL, or the data directory of a running \`throughline start\`. Tables are made by
\`throughline migrate\`.`,
    options: ROLE_OPTIONS,
    load: () => import("./collector.ts"),
  },
  {
    name: "query",
    summary: "run only the query API and the web UI",
    details: "Needs CLICKHOUSE_URL, or the data directory of a running `throughline start`.",
    options: ROLE_OPTIONS,
    load: () => import("./query.ts"),
  },
  {
    name: "migrate",
    summary: "bring the tables of a ClickHouse up to date",
    details: `Needs CLICKHOUSE_URL, or the data directory of a running \`throughline start\`, which migrates by itself.
Running it twice, or from several machines at once, is safe.

Tables that have rows keep their schema profile when the setting schemaProfile names another; it says what a switch costs,
and --switch-profile does it. Old rows follow in the background, as ClickHouse merges them.`,
    options: {
      ...CONFIG_OPTION,
      "switch-profile": {
        type: "boolean",
        description: "bring tables that have rows to the schema profile of the settings",
      },
    },
    load: () => import("./migrate.ts"),
  },
  {
    name: "retention",
    summary: "what the tables keep, what would go, and making it go",
    words: "show | preview | apply",
    details: `The settings say how many days each signal is kept, single tables, and what all of them may take of the disk; docs/retention.md
explains them. show: the tables as they are. preview: what the settings would change, and the rows, bytes and partitions that
would go. apply: does it; what is older than the settings allow is gone then. Needs CLICKHOUSE_URL, or the data directory of a
running \`throughline start\`, which applies the settings by itself.`,
    options: {
      ...CONFIG_OPTION,
      json: { type: "boolean", description: "as one JSON object" },
    },
    load: () => import("./retention.ts"),
  },
  {
    name: "quarantine",
    summary: "look at records that ClickHouse refused, send them again, or drop them",
    words: "list | show ID | replay ID | drop ID",
    details: `The collector keeps aside what ClickHouse refuses, and what its disk has damaged; /readyz and the metric
throughline_collector_quarantined_records_total say so. These commands work on the data directory's spool, whether
the collector runs or not. ID may be the end of an id. replay gives the records back to the collector, which inserts
them once, also when ClickHouse has them already. drop removes them for good and wants --yes.`,
    options: {
      ...CONFIG_OPTION,
      rows: { type: "string", value: "N", description: "rows that show prints; default 5" },
      yes: { type: "boolean", description: "drop without a question" },
      json: { type: "boolean", description: "list as one JSON array" },
    },
    load: () => import("./quarantine.ts"),
  },
  {
    name: "loglevel",
    summary: "say what applications record: for all, for one service, for one request",
    words: "[LEVEL]",
    details: `Applications that run with the SDK and THROUGHLINE_SDK_CONFIG_URL=http://<collector>:4318/api/config take a new level
without a restart, within THROUGHLINE_SDK_CONFIG_INTERVAL_MS. LEVEL is trace, debug, info, warn, error or fatal; without it, and
without an option that changes something, what holds is printed. Edits the file that THROUGHLINE_AGENT_CONFIG_FILE names, which
running collectors read again within a second.`,
    options: {
      ...CONFIG_OPTION,
      service: {
        type: "string",
        value: "S",
        description:
          "only for the service of that name; default: all that have no level of their own",
      },
      clear: { type: "boolean", description: "take the level back: the application's own counts" },
      "request-debug": {
        type: "string",
        value: "on|off",
        description:
          "whether requests with the header `baggage: throughline.debug=1` are recorded whole",
      },
    },
    load: () => import("./loglevel.ts"),
  },
  {
    name: "rules",
    summary: "check a rules file, show what holds, or try rules on sample data",
    words: "check | show | test",
    details: `Rules drop, sample, rename and redact records before they are stored; docs/rules.md explains them. Without --rules
the file is the one that THROUGHLINE_RULES names; without that, the shipped rules. test reads OTLP/JSON (an export
request) and prints what each record becomes and which rules did it. Exit code 1: the rules or the sample are not right.`,
    options: {
      ...CONFIG_OPTION,
      rules: {
        type: "string",
        value: "FILE",
        description: "rules file; default: THROUGHLINE_RULES",
      },
      input: {
        type: "string",
        value: "FILE",
        description: "sample for test; - or nothing: standard input",
      },
      json: { type: "boolean", description: "show and test: as JSON" },
    },
    load: () => import("./rules.ts"),
  },
  {
    name: "doctor",
    summary: "find out why an application's traces and logs do not arrive",
    words: "[-- COMMAND]",
    passesOn: true,
    details: `Looks at what lies between an application and its collector: settings, service name, address, protocol, authentication,
clock; with --app or a command after -- also at what the application loads, and when. Every problem comes with the line that
fixes it. Belongs to the SDK: runs the doctor of the @throughline/sdk that is installed where you are.
Exit code 1: there are problems.`,
    options: {
      app: { type: "string", value: "FILE", description: "also run `node FILE` and watch it" },
      seconds: { type: "string", value: "N", description: "how long it is watched; default 5" },
      url: {
        type: "string",
        value: "URL",
        description: "call this address with a traceparent; which services continued it?",
      },
      query: {
        type: "string",
        value: "URL",
        description: "where to look that up; default http://127.0.0.1:8417",
      },
      json: { type: "boolean", description: "one JSON object instead of lines" },
    },
    load: () => import("./doctor.ts"),
  },
  {
    name: "config",
    summary: "print the effective settings and where each comes from",
    details: "Secrets are masked. docs/settings.md explains every setting.",
    options: {
      ...CONFIG_OPTION,
      json: { type: "boolean", description: "as one JSON object" },
    },
    load: () => import("./config.ts"),
  },
  {
    name: "version",
    summary: "print the version",
    details: "",
    options: {},
    load: () => import("./version.ts"),
  },
  {
    name: "help",
    summary: "print this, or a command's help: throughline help start",
    details: "",
    options: {},
    load: () => import("./help.ts"),
  },
];
