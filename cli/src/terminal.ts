/** The process's own standard output and standard error. */
import { once } from "node:events";
import type { Look, Terminal } from "./command.ts";

/** Whoever reads our output may stop reading (`| head`): that ends the command, and nobody needs to be told. */
export function standardTerminal(): Terminal {
  const { stdout } = process;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    look: stdout.isTTY ? lookOf(stdout.columns, process.env) : undefined,
    write: async (bytes) => {
      if (!stdout.write(bytes)) await once(stdout, "drain");
    },
  };
}

export function lookOf(
  columns: number | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Look {
  const { NO_COLOR: noColor = "", TERM: term = "" } = environment;
  return { columns: columns ?? 80, colours: noColor === "" && term !== "dumb" };
}
