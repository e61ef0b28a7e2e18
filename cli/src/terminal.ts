/** The process's own standard output and standard error. */
import { once } from "node:events";
import type { Look, Terminal } from "./command.ts";
import { EXIT } from "./exit-codes.ts";

/** Whoever reads our output may stop reading (`| head`), and need not be told. What that means is the command's to say. */
export function standardTerminal(): Terminal {
  const { stdout, stderr } = process;
  let broken: "lost" | "end" | "go on" = "lost";
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (broken === "go on") return;
    if (error.code !== "EPIPE") throw error;
    if (broken === "end") process.exit(EXIT.ok);
  });
  // Nobody is left to be told of it.
  stderr.on("error", () => undefined);
  return {
    whenBroken: (what) => {
      broken = what;
    },
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
