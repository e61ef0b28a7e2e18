/**
 * A process that lives to be killed: appends numbered blocks as fast as it can, and writes to a report, one line each,
 * what was acknowledged (`a 17`) and what it is about to release as inserted (`i <token> 17,18,19`). What is written
 * to a file survives the process, if not the machine.
 */
import { strict as assert } from "node:assert";
import { randomBytes } from "node:crypto";
import { openSync, writeSync } from "node:fs";
import { pino } from "pino";
import { MACHINE_CLOCK } from "../../clock.ts";
import type { SealedSegment } from "../../contract.ts";
import { DEFAULT_LIMITS } from "../../limits.ts";
import { createCollectorMetrics } from "../../telemetry/metrics.ts";
import { lockDirectory } from "../directory-lock.ts";
import { nodeDisk } from "../disk.ts";
import { createSpoolTelemetry } from "../spool-telemetry.ts";
import { Spool } from "../spool.ts";

const [directory, firstNumber, reportPath] = process.argv.slice(2);
assert(directory !== undefined && firstNumber !== undefined && reportPath !== undefined);
const report = openSync(reportPath, "w");

const WRITERS = 16;
let next = Number(firstNumber);

lockDirectory(directory);
const sealed: SealedSegment[] = [];
const spool = await Spool.open({
  directory,
  disk: nodeDisk,
  clock: MACHINE_CLOCK,
  randomBytes,
  limits: { ...DEFAULT_LIMITS.spool, segmentRowsMax: 40, segmentAgeMs: 50, recycledFilesMax: 2 },
  columnsOf: () => ["Body"],
  insertSettings: {},
  telemetry: createSpoolTelemetry(createCollectorMetrics()),
  logger: pino({ level: "silent" }),
  isServerAway: () => false,
  onSealed: (segment) => sealed.push(segment),
});
setInterval(() => void spool.tick(), 10);
await Promise.all([...Array.from({ length: WRITERS }, writeForEver), insertForEver()]);

async function writeForEver(_: unknown, writer: number): Promise<void> {
  for (;;) {
    next += 1;
    const number = next;
    const bytes = Buffer.from(`<${number}:${"x".repeat((number * 7919) % 9000)}>`);
    const day = 20_000 + (writer % 2);
    const table = writer % 3 === 0 ? "otel_logs" : "otel_traces";
    const outcome = await spool.append([{ signal: "logs", table, day, rows: 1, bytes }]);
    assert(outcome.kind === "stored", JSON.stringify(outcome));
    writeSync(report, `a ${number}\n`);
  }
}

/** Leaves some segments waiting, so that each life has something to recover. */
async function insertForEver(): Promise<void> {
  for (;;) {
    const segment = sealed.length > 3 ? sealed.shift() : undefined;
    if (segment === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      continue;
    }
    const numbers: string[] = [];
    let body = "";
    for await (const piece of segment.body()) body += Buffer.from(piece).toString();
    for (const [, number] of body.matchAll(/<(\d+):/g)) numbers.push(number ?? "");
    writeSync(report, `i ${segment.deduplicationToken} ${numbers.join(",")}\n`);
    await spool.release(segment.id);
  }
}
