import type { Meta, Span, Trace } from "@throughline/query/wire";
import { ask } from "../api/client.ts";
import { createElementReader } from "../lib/json-elements.ts";
import { createRests, inSlices } from "../lib/slices.ts";
import { indexSteps } from "./trace-index.ts";
import { modelSteps, type TraceModel } from "./trace-model.ts";

/** A trace ready to be shown, and what the answer said about itself. */
export interface LoadedTrace {
  readonly model: TraceModel;
  readonly spanCount: number;
  readonly missingParents: readonly string[];
  readonly meta: Meta;
}

/**
 * Parses while the answer arrives and indexes in slices: a trace of 50,000 spans opens without stopping the page.
 * @throws ApiError for every answer that is not a trace
 */
export async function loadTrace(traceId: string, signal: AbortSignal): Promise<LoadedTrace> {
  const response = await ask(`/api/traces/${encodeURIComponent(traceId)}`, signal);
  const trace = await readTrace(response.body ?? new ReadableStream());
  const index = await inSlices(indexSteps(trace), signal);
  return {
    model: await inSlices(modelSteps(index), signal),
    spanCount: trace.spans.length,
    missingParents: trace.missingParents,
    meta: trace.meta,
  };
}

async function readTrace(body: ReadableStream<Uint8Array>): Promise<Trace> {
  const reader = createElementReader("spans");
  const spans: Span[] = [];
  const rest = createRests();
  for await (const bytes of chunksOf(body))
    for (const piece of reader.push(bytes)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the service serializes with the schema of Trace
      for (const span of piece as readonly Span[]) spans.push(span);
      await rest();
    }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same
  return { ...(reader.end() as Trace), spans };
}

/** What `for await` over a stream does, in browsers that cannot. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
