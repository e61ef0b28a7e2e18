import {
  migrate,
  MigrationError,
  type MigrationReport,
  type ProfileCost,
  type ProfileReport,
} from "@throughline/schemas";
import { CommandError, loadSettings, type Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { connectionFor } from "../roles/connection.ts";
import { migrateOptions } from "../roles/migrate-options.ts";
import { rootReason } from "../supervisor/migrate-until-done.ts";
import { bytes, count } from "./amounts.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { settings } = loadSettings(invocation);
  const connection = connectionFor(settings, "owner");
  try {
    const switchProfile = invocation.options["switch-profile"] === true;
    const report = await migrate(connection, { ...migrateOptions(settings), switchProfile });
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
    ({ table, fromDays, toDays, droppedRows }) =>
      `  ${table}: kept ${toDays} days instead of ${fromDays}; ${count(droppedRows)} rows are gone`,
  );
  const changed = done.length + retention.length > 0;
  return [
    `${database} at ${url} is at version ${version}${changed ? ":" : "; nothing to do"}`,
    ...done,
    ...retention,
    ...profileLines(report.profile),
  ];
}

/** Nothing where the tables have the profile of the settings; else what was done, or what it would cost. */
function profileLines(profile: ProfileReport): string[] {
  if (profile.kind === "kept") return [];
  const { from, to, cost } = profile;
  if (profile.kind === "pending") {
    return [
      `  schema profile: the settings say ${to}, the tables with their ${count(cost.rows)} rows have ${from}. A switch means:`,
      ...costLines(cost),
      "  Run `throughline migrate --switch-profile` to do it.",
    ];
  }
  if (cost.rows === 0) return [`  schema profile: ${to}`];
  return [
    `  schema profile: ${to} instead of ${from}. In the background, as system.mutations and system.merges show:`,
    ...costLines(cost),
  ];
}

function costLines({ rows, columnBytesNow, columnBytesThen, indexBytes, cpuSeconds }: ProfileCost) {
  const columns = `    columns: ${bytes(columnBytesNow)} become about ${bytes(columnBytesThen)} when ${count(rows)} rows have been merged again`;
  if (indexBytes <= 0) return [columns, `    indexes: ${bytes(-indexBytes)} are freed`];
  const minutes = Math.max(1, Math.round(cpuSeconds / 60));
  return [
    columns,
    `    indexes: about ${bytes(indexBytes)} are built over ${count(rows)} rows, about ${minutes} min of one core`,
  ];
}
