/** Pure: the model of a trace as it travels between threads. */
import type { TraceColumns } from "@throughline/query/trace-columns";
import type { Steps } from "../../lib/slices.ts";
import { modelSteps, type TraceModel } from "../trace-model.ts";
import { columnIndexSteps } from "./index-columns.ts";

/** Nodes are objects by the ten thousand, and made in no time; copying them would take longer than indexing. */
export type FlatModel = Omit<TraceModel, "nodes" | "nodeByKey">;

interface Flat {
  readonly model: FlatModel;
  /** Of its arrays: handed over, not copied. */
  readonly buffers: ReadonlySet<ArrayBuffer>;
}

export function* flatModelOf(columns: TraceColumns): Steps<Flat> {
  const index = yield* columnIndexSteps(columns);
  const { nodes: _nodes, nodeByKey: _nodeByKey, ...model } = yield* modelSteps(index);
  const buffers = new Set<ArrayBuffer>();
  const { path, own, similar, startsClosed } = model.insight;
  for (const part of [model, path, own, similar, { startsClosed }])
    for (const value of Object.values<unknown>({ ...part }))
      if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer)
        buffers.add(value.buffer);
  return { model, buffers };
}
