/**
 * The collector is asked where it answers `/readyz` and `/metrics`. It keeps what it refused in memory and not in ClickHouse:
 * most of it is nobody's telemetry yet, and the page that shows it must work while ClickHouse is away.
 */
import { Type } from "typebox";
import { Compile } from "typebox/compile";
import { Refusal, type Refusals } from "../wire.ts";

/** Eight reasons, three signals and two transports, with a message of a thousand characters each. */
const ANSWER_MAX_BYTES = 256 * 1024;

const answer = Compile(Type.Object({ refusals: Type.Array(Refusal) }));

/**
 * Never fails for a collector that is away: that is one of the things it says.
 * @param collectorUrl absent: nobody is known to be asked
 */
export async function readRefusals(
  collectorUrl: string | undefined,
  timeMs: number,
  signal: AbortSignal,
): Promise<Refusals> {
  if (collectorUrl === undefined) return unknown("This query service knows of no collector.");
  const url = new URL("/api/refusals", collectorUrl);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeMs)]),
      redirect: "error",
    });
    const read: unknown = response.ok ? JSON.parse(await readText(response)) : undefined;
    if (answer.Check(read)) return { refusals: read.refusals, problem: null };
    return unknown(
      `What answers at ${url.origin} is no collector, or one of another version (HTTP ${response.status}).`,
    );
  } catch (error) {
    if (error instanceof SyntaxError)
      return unknown(`What answers at ${url.origin} is no collector.`);
    return unknown(`The collector does not answer at ${url.origin}.`);
  }
}

/** @throws RangeError of more than `ANSWER_MAX_BYTES` */
async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  const body: AsyncIterable<Uint8Array> | null = response.body;
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_MAX_BYTES) throw new RangeError(`more than ${ANSWER_MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function unknown(why: string): Refusals {
  return {
    refusals: [],
    problem: `${why} What it refuses is not shown here; THROUGHLINE_COLLECTOR_URL says where it is.`,
  };
}
