/** All commands, in the order of `throughline help`. */
import { CONFIG_OPTION, type Command } from "../command.ts";

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
Running it twice, or from several machines at once, is safe.`,
    options: CONFIG_OPTION,
    load: () => import("./migrate.ts"),
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
