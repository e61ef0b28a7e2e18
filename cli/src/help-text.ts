/** The texts of `throughline help` and of each command's `--help`. */
import type { Command } from "./command.ts";

const COLUMN = 14;

export function overview(commands: readonly Command[]): string {
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(COLUMN)}${summary}`);
  return `Usage: throughline <command> [options]

One request as one thing: its trace tree with the logs of every span inside it.

${list.join("\n")}

Settings come from environment variables and ./throughline.yaml: \`throughline config\` shows them.
Each command has --help. Exit codes: 0 ended well, 1 could not run, 2 wrong command or setting, 3 nothing found, 4 cut short by a
limit, 130 interrupted or killed.`;
}

export function commandHelp(command: Command): string {
  const shown = Object.entries(command.options).flatMap(([name, { value, description }]) =>
    description === undefined
      ? []
      : [{ flag: value === undefined ? `--${name}` : `--${name} ${value}`, description }],
  );
  const options = [...shown, { flag: "-h, --help", description: "this" }];
  const width = Math.max(COLUMN, ...options.map(({ flag }) => flag.length)) + 2;
  const rows = options.map(({ flag, description }) => `  ${flag.padEnd(width)}${description}`);
  const paragraphs = [
    `Usage: throughline ${command.name}${command.words === undefined ? "" : ` ${command.words}`} [options]`,
    `${capitalized(command.summary)}.`,
    command.details,
    rows.join("\n"),
  ];
  return paragraphs.filter((paragraph) => paragraph !== "").join("\n\n");
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
