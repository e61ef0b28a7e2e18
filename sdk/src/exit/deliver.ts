/** The child process of last-words.ts: reads batches from standard input, sends each once, and answers what became of it. */
import { writeSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { createLogExporter, createSpanExporter } from "../export/exporters.ts";
import type { ExportOutcome } from "../export/outcome.ts";
import { unpackLogRecords, unpackSpans } from "../export/portable.ts";
import { sendThrough } from "../export/sender.ts";
import { targetAddress } from "../export/target.ts";
import { readLastWords, writeAnswer, type LastRequest } from "./last-words.ts";
import { whyUnreachable } from "./reachable.ts";

const CONNECT_TIMEOUT_MS = 1_000;
const STDOUT = 1;

async function deliver({ target, bytes }: LastRequest): Promise<ExportOutcome> {
  const address = targetAddress(target, process.env);
  const unreachable = await whyUnreachable(address, CONNECT_TIMEOUT_MS);
  if (unreachable !== undefined) {
    return { kind: "unavailable", reason: `${address.text}: ${unreachable}` };
  }
  const outcome =
    target.signal === "traces"
      ? await sendThrough(createSpanExporter(target, process.env), unpackSpans(bytes))
      : await sendThrough(createLogExporter(target, process.env), unpackLogRecords(bytes));
  return outcome.kind === "delivered"
    ? outcome
    : { ...outcome, reason: `${address.text}: ${outcome.reason}` };
}

const words = readLastWords(await buffer(process.stdin));
await Promise.all(
  words.requests.map(async (request, index) => {
    writeSync(STDOUT, writeAnswer(index, await deliver(request)));
  }),
);
process.exit(0);
