/** What runs in the worker: columns in, a model without its nodes out. */
import { decodeTraceColumns } from "@throughline/query/trace-columns";
import { finish } from "../../lib/slices.ts";
import { flatModelOf, type FlatModel } from "./flat-model.ts";

/** The whole body of an answer, as `GET /api/traces/{id}/columns` gives it. */
export type WorkerQuestion = Uint8Array<ArrayBuffer>;
/** The word comes once, when it listens. */
export type WorkerAnswer = FlatModel | "ready";

addEventListener("message", ({ data }: MessageEvent<WorkerQuestion>) => {
  const { model, buffers } = finish(flatModelOf(decodeTraceColumns(data)));
  postMessage(model, { transfer: [...buffers] });
});

const ready: WorkerAnswer = "ready";
postMessage(ready);
