import { inert } from "../ask/inert-text.ts";
import { loadSettings, type Invocation, type LoadedSettings } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { DEFAULT_FILE_NAME } from "../settings/read.ts";
import { formatValue } from "../settings/values.ts";

export function run(invocation: Invocation): Promise<ExitCode> {
  const loaded = loadSettings(invocation);
  const text = invocation.options["json"] === true ? asJson(loaded) : asTable(loaded);
  invocation.terminal.out(text);
  return Promise.resolve(EXIT.ok);
}

/** `{file, settings: {key: {value, source, environment}}}`; secrets masked, unset values null. */
function asJson({ effective, file }: LoadedSettings): string {
  const settings = effective.map(({ definition, value, source }) => {
    const { key, environment, schema } = definition;
    const shown = schema.secret === true ? formatValue(schema, value) : (value ?? null);
    return [key, { value: shown, source, environment }] as const;
  });
  return JSON.stringify({ file: file ?? null, settings: Object.fromEntries(settings) }, null, 2);
}

function asTable({ effective, file }: LoadedSettings): string {
  const rows = effective.map(({ definition, value, source }) => [
    definition.key,
    inert(formatValue(definition.schema, value)),
    source,
    definition.environment,
  ]);
  const header = ["setting", "value", "from", "environment variable"];
  const fileLine = `settings file: ${file ?? `none (./${DEFAULT_FILE_NAME} does not exist)`}`;
  return `${table([header, ...rows])}\n\n${fileLine}`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
