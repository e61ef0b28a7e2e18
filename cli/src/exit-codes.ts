/** What the `throughline` command's exit code says. Listed in cli/README.md. */
export const EXIT = {
  ok: 0,
  /** It could not run or could not go on: a port or the data directory in use, ClickHouse refuses, a role failed. */
  failed: 1,
  /** Nothing was tried: an unknown command, option or setting, or a value that is none. */
  usage: 2,
  /** Of the commands that ask: the answer is whole, and there is nothing in it. */
  nothing: 3,
  /** Of the commands that ask: a limit of the service cut the answer short; what there was is printed. */
  cut: 4,
  /** Of `trace`: the id belongs to several requests, which are listed. */
  several: 5,
  /** Ctrl-C during a question; its query in ClickHouse is ended. */
  interrupted: 130,
  /** A second Ctrl-C: everything was killed instead of stopped. */
  forced: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
