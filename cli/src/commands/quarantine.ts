/** `throughline quarantine`: what ClickHouse refused, looked at and decided by a person. */
import { join } from "node:path";
import {
  dropQuarantined,
  findQuarantined,
  listQuarantine,
  nodeDisk,
  previewQuarantined,
  replayQuarantined,
  type QuarantinedSegment,
} from "@throughline/collector";
import { inert, inertJson } from "../ask/inert-text.ts";
import { CommandError, loadSettings, type Invocation } from "../command.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";

interface Place {
  readonly invocation: Invocation;
  readonly spoolDir: string;
}

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { settings } = loadSettings(invocation);
  const place = { invocation, spoolDir: join(settings.dataDir, "spool") };
  const [action, id, ...rest] = invocation.words;
  if (action === "list" && id === undefined) {
    await list(place);
    return EXIT.ok;
  }
  const act = { show, replay, drop }[action ?? ""];
  if (act === undefined || id === undefined || rest.length > 0) {
    throw new CommandError(
      "expected quarantine list, show ID, replay ID or drop ID; see throughline quarantine --help",
      EXIT.usage,
    );
  }
  await act(place, await findQuarantined(nodeDisk, place.spoolDir, id));
  return EXIT.ok;
}

async function list({ invocation, spoolDir }: Place): Promise<void> {
  const segments = await listQuarantine(nodeDisk, spoolDir);
  const { terminal, options } = invocation;
  if (options["json"] === true) {
    terminal.out(inertJson(segments, 2));
    return;
  }
  if (segments.length === 0) terminal.out(`nothing is in quarantine in ${spoolDir}`);
  for (const segment of segments)
    terminal.out(inert(`${segment.id}  ${describe(segment).join(", ")}`));
}

async function show({ invocation, spoolDir }: Place, segment: QuarantinedSegment): Promise<void> {
  const { terminal } = invocation;
  terminal.out(segment.id);
  for (const line of describe(segment)) terminal.out(inert(`  ${line}`));
  const rowsMax = rowsOption(invocation);
  const { id } = segment;
  const preview = await previewQuarantined(nodeDisk, spoolDir, { id, rowsMax });
  for (const [index, row] of preview.rows.entries()) {
    terminal.out(`row ${index + 1}`);
    for (const [name, text] of row) terminal.out(inert(`  ${name}: ${text}`));
  }
  if (preview.problem !== "") terminal.out(inert(`not readable further: ${preview.problem}`));
}

async function replay(
  { invocation, spoolDir }: Place,
  { id, rows }: QuarantinedSegment,
): Promise<void> {
  await replayQuarantined(nodeDisk, spoolDir, id);
  invocation.terminal.out(
    `${id}: ${rows} rows are given back to the collector, which takes them within seconds, or at its next start`,
  );
}

async function drop(
  { invocation, spoolDir }: Place,
  { id, rows }: QuarantinedSegment,
): Promise<void> {
  if (invocation.options["yes"] !== true) {
    throw new CommandError(
      `this would remove ${rows} rows for good; add --yes to do it`,
      EXIT.usage,
    );
  }
  await dropQuarantined(nodeDisk, spoolDir, id);
  invocation.terminal.out(`${id}: dropped, ${rows} rows are gone`);
}

function describe(segment: QuarantinedSegment): readonly string[] {
  const { table, day, rows, sizeBytes, createdUnixMs, reason, damage } = segment;
  const of = table === "" ? "of an unknown table" : `of ${table}`;
  const on =
    day === undefined ? "" : ` of ${new Date(day * 86_400_000).toISOString().slice(0, 10)}`;
  return [
    `${rows} rows ${of}${on}`,
    `received ${new Date(createdUnixMs).toISOString()}`,
    `${sizeBytes} bytes on disk`,
    ...(segment.inserted ? ["the readable rows are in ClickHouse already"] : []),
    ...(damage === "" ? [] : [`damaged: ${damage}`]),
    ...(segment.replayAsked ? ["waits for a collector to take it"] : []),
    `reason: ${reason === "" ? "not noted" : reason}`,
  ];
}

const ROWS_DEFAULT = 5;
const ROWS_MAX = 1000;

function rowsOption({ options }: Invocation): number {
  const text = options["rows"];
  const rows = text === undefined ? ROWS_DEFAULT : Number(text);
  if (!Number.isInteger(rows) || rows < 1 || rows > ROWS_MAX) {
    throw new CommandError(
      `--rows is ${JSON.stringify(text)}; expected a whole number from 1 to ${ROWS_MAX}`,
      EXIT.usage,
    );
  }
  return rows;
}
