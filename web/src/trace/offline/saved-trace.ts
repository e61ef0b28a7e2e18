import type { LogRecord, Meta, Span, Trace, TraceVerdict } from "@throughline/query/wire";
import type { TraceIndex } from "../trace-index.ts";

/** What a saved page holds. */
export interface SavedTrace {
  readonly trace: Trace;
  /** The page that it was saved from. */
  readonly address: string;
  /** Unix milliseconds. */
  readonly savedAtMs: number;
}

interface About {
  readonly missingParents: readonly string[];
  readonly verdict: TraceVerdict | undefined;
  readonly meta: Meta;
}

/** @returns the trace as the query service answered it, every span with its logs; of one that came whole */
export function toTrace(index: TraceIndex, { missingParents, verdict, meta }: About): Trace {
  const spans: Span[] = [];
  const logs: LogRecord[] = [];
  for (const node of index.nodes) {
    if (node.kind === "span") spans.push(node.span);
    else for (const item of node.items) if (item.kind === "log") logs.push(item.log);
  }
  return {
    traceId: index.traceId,
    spans,
    logs,
    missingParents: [...missingParents],
    ...(verdict === undefined ? {} : { verdict }),
    meta,
  };
}

/** @returns base64 of the compressed JSON: text that can end nothing it stands in */
export async function packTrace(saved: SavedTrace): Promise<string> {
  const json = new Blob([JSON.stringify(saved)]);
  const packed = json.stream().pipeThrough(new CompressionStream("deflate-raw"));
  return toBase64(new Uint8Array(await new Response(packed).arrayBuffer()));
}

/** @throws when the text is not what {@link packTrace} made */
export async function unpackTrace(text: string): Promise<SavedTrace> {
  const bytes = Uint8Array.from(atob(text.trim()), (character) => character.charCodeAt(0));
  const json = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what packTrace of the same file wrote
  return (await new Response(json).json()) as SavedTrace;
}

/** A multiple of three, so that pieces of base64 can be joined; few enough to be arguments of one call. */
const PIECE_BYTES = 3 * 8192;

function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE_BYTES))));
  return pieces.join("");
}
