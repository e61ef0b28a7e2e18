/** The child process of last-words.ts: reads requests from standard input, sends each once, says why when it could not. */
import { buffer } from "node:stream/consumers";
import { createDelegate, sendThrough, targetAddress } from "../export/sender.ts";
import { encodedAlready } from "../export/serializers.ts";
import { readLastWords, type LastRequest } from "./last-words.ts";
import { whyUnreachable } from "./reachable.ts";

const CONNECT_TIMEOUT_MS = 1_000;

async function deliver(request: LastRequest): Promise<string | undefined> {
  const address = targetAddress(request.target, process.env);
  const unreachable = await whyUnreachable(address, CONNECT_TIMEOUT_MS);
  if (unreachable !== undefined) return `${address.text}: ${unreachable}`;
  const delegate = createDelegate(request.target, encodedAlready, process.env);
  const outcome = await sendThrough(delegate, request.bytes);
  return outcome.kind === "delivered" ? undefined : `${address.text}: ${outcome.reason}`;
}

const words = readLastWords(await buffer(process.stdin));
const reasons = (await Promise.all(words.requests.map(deliver))).filter(
  (reason) => reason !== undefined,
);
if (reasons.length > 0) process.stderr.write([...new Set(reasons)].join("; "));
process.exit(reasons.length === 0 ? 0 : 1);
