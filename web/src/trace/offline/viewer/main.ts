/** The viewer of a saved trace: a page of its own, without network, framework or history. */
import { finish } from "../../../lib/slices.ts";
import { indexSteps } from "../../trace-index.ts";
import { toModel } from "../../trace-model.ts";
import { TRACE_ELEMENT_ID } from "../offline-page.ts";
import { unpackTrace } from "../saved-trace.ts";
import { h } from "./dom.ts";
import { showTrace } from "./page.ts";

async function start(): Promise<void> {
  const packed = document.getElementById(TRACE_ELEMENT_ID)?.textContent ?? "";
  const saved = await unpackTrace(packed);
  showTrace(toModel(finish(indexSteps(saved.trace))), saved);
}

start().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  document.body.append(
    h("p", { role: "alert" }, `The trace in this file cannot be read: ${reason}`),
  );
});
