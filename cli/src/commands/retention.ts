/** `throughline retention`: what the tables keep, what would go, and making it go. */
import {
  keepDiskLimit,
  keepRetention,
  MigrationError,
  readKept,
  type ClickHouseConnection,
  type DiskPlan,
  type KeepOptions,
  type KeepReport,
  type Partition,
  type TableRetention,
} from "@throughline/schemas";
import { CommandError, loadSettings, type Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { connectionFor } from "../roles/connection.ts";
import { migrateOptions } from "../roles/migrate-options.ts";
import { rootReason } from "../supervisor/migrate-until-done.ts";
import { bytes, count } from "./amounts.ts";

interface Place {
  readonly connection: ClickHouseConnection;
  readonly options: KeepOptions;
}

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { settings } = loadSettings(invocation);
  const [action, ...rest] = invocation.words;
  const act = { show, preview, apply }[action ?? ""];
  if (act === undefined || rest.length > 0) {
    throw new CommandError(
      "expected retention show, retention preview or retention apply; see throughline retention --help",
      EXIT.usage,
    );
  }
  const connection = connectionFor(settings, "owner");
  const { retentionDays } = migrateOptions(settings);
  const options = { retentionDays, diskMaxBytes: settings.diskMaxBytes };
  try {
    const { lines, json } = await act({ connection, options });
    const { terminal } = invocation;
    terminal.out(
      invocation.options["json"] === true ? JSON.stringify(json, undefined, 2) : lines.join("\n"),
    );
    return EXIT.ok;
  } catch (error) {
    const reason = error instanceof MigrationError ? error.message : rootReason(error);
    throw new CommandError(`${connection.url}: ${reason}`, EXIT.failed, { cause: error });
  }
}

interface Said {
  readonly lines: readonly string[];
  readonly json: unknown;
}

async function show({ connection, options }: Place): Promise<Said> {
  const report = await readKept(connection, options);
  return { lines: [...tableLines(report.tables), ...diskLines(report)], json: report };
}

async function preview({ connection, options }: Place): Promise<Said> {
  const report = await readKept(connection, options);
  const changes = report.tables.filter(({ days, wantedDays }) => days !== wantedDays);
  const drops = report.disk?.drops ?? [];
  const lines = [
    ...changes.flatMap(changeLines),
    ...(drops.length === 0
      ? []
      : ["over the limit of the disk, in this order:", ...drops.map(dropLine)]),
  ];
  return {
    lines: lines.length === 0 ? ["nothing would change and nothing would go"] : lines,
    json: { changes, disk: report.disk },
  };
}

async function apply({ connection, options }: Place): Promise<Said> {
  const changes = await keepRetention(connection, options);
  const { diskMaxBytes: bytesMax } = options;
  const disk =
    bytesMax === undefined ? undefined : await keepDiskLimit(connection, { bytesMax }, options);
  const lines = [
    ...changes.map(
      ({ table, fromDays, toDays, droppedRows }) =>
        `${table}: kept ${toDays} days instead of ${fromDays}; ${count(droppedRows)} rows are gone`,
    ),
    ...(disk?.drops ?? []).map(
      (dropped) => `over the limit of the disk: ${dropLine(dropped).trim()} is gone`,
    ),
    ...overLines(disk),
  ];
  return { lines: lines.length === 0 ? ["nothing to do"] : lines, json: { changes, disk } };
}

function tableLines(tables: readonly TableRetention[]): readonly string[] {
  if (tables.length === 0) return ["there are no tables yet: run throughline migrate"];
  const rows = tables.map(({ table, days, wantedDays, rows: held, bytes: size, oldest }) => [
    table,
    days === wantedDays ? `${days} days` : `${days} days, ${wantedDays} in the settings`,
    held === 0 ? "empty" : `${count(held)} rows`,
    held === 0 ? "" : bytes(size),
    oldest === undefined ? "" : `since ${moment(oldest)}`,
  ]);
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function diskLines({ disk, droppedByDisk }: KeepReport): readonly string[] {
  return [
    disk === undefined
      ? "disk: no limit"
      : `disk: ${bytes(disk.bytes)} of at most ${bytes(disk.bytesMax)}`,
    ...overLines(disk),
    ...droppedByDisk.map(
      ({ table, rows, bytes: size, partitions, last }) =>
        `disk: ${count(rows)} rows of ${table} (${bytes(size)}, ${partitions} partitions) went before their time, last at ${last}`,
    ),
  ];
}

function overLines(disk: DiskPlan | undefined): readonly string[] {
  if (disk === undefined || disk.bytesOver === 0) return [];
  return [
    `disk: ${bytes(disk.bytesOver)} over the limit will stay: today and the newest of each table are kept`,
  ];
}

function changeLines({ table, days, wantedDays, expired }: TableRetention): readonly string[] {
  const rows = expired.reduce((sum, partition) => sum + partition.rows, 0);
  const size = expired.reduce((sum, partition) => sum + partition.bytes, 0);
  const goes =
    expired.length === 0 ? "nothing goes now" : `${count(rows)} rows, ${bytes(size)}, go now:`;
  return [`${table}: ${wantedDays} days instead of ${days}; ${goes}`, ...expired.map(dropLine)];
}

function dropLine({ table, partition, rows, bytes: size }: Partition): string {
  return `  ${table} ${partition}: ${count(rows)} rows, ${bytes(size)}`;
}

function moment(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}
