import { migrate, MigrationError, type MigrationReport } from "@throughline/schemas";
import { CommandError, loadSettings, type Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { connectionFor } from "../roles/connection.ts";
import { migrateOptions } from "../roles/migrate-options.ts";
import { rootReason } from "../supervisor/migrate-until-done.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { settings } = loadSettings(invocation);
  const connection = connectionFor(settings, "owner");
  try {
    const report = await migrate(connection, migrateOptions(settings));
    invocation.terminal.out(reportLines(report, connection.url).join("\n"));
    return EXIT.ok;
  } catch (error) {
    const message = error instanceof MigrationError ? rootReason(error) : undefined;
    if (message === undefined) {
      throw error;
    }
    throw new CommandError(`${connection.url}: ${message}`, EXIT.failed, { cause: error });
  }
}

export function reportLines(report: MigrationReport, url: string): string[] {
  const { database, version, applied, retentionChanged } = report;
  const done = applied.map(
    ({ name, statements, elapsedMs }) =>
      `  ${name}: ${statements} statements in ${Math.round(elapsedMs)} ms`,
  );
  const retention = retentionChanged.map(
    ({ table, fromDays, toDays }) => `  ${table}: kept ${toDays} days instead of ${fromDays}`,
  );
  const changed = done.length + retention.length > 0;
  return [
    `${database} at ${url} is at version ${version}${changed ? ":" : "; nothing to do"}`,
    ...done,
    ...retention,
  ];
}
