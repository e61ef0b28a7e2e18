import { formatDuration, plural } from "../../lib/format.ts";
import { toOneLine } from "../../lib/visible-text.ts";
import tokens from "../../styles/tokens.css?inline";
import type { LoadedTrace } from "../load-trace.ts";
import { rootWords } from "../root-words.ts";
import type { TraceModel } from "../trace-model.ts";

import { toOfflinePage } from "./offline-page.ts";
import { packTrace, toTrace } from "./saved-trace.ts";
import styles from "./viewer/viewer.css?inline";
// oxlint-disable-next-line import/default -- the bundler makes it: the address of the built viewer
import viewerUrl from "./viewer/main.ts?worker&url";

const TITLE_CHARS_MAX = 160;

/**
 * @param whole with every attribute and log
 * @returns one page that opens from a disk, without this service
 * @throws TypeError when the viewer cannot be read
 */
export async function toOfflineFile(whole: LoadedTrace, address: string): Promise<Blob> {
  const [script, packed] = await Promise.all([
    readViewer(),
    packTrace({ trace: toTrace(whole.model, whole), address, savedAtMs: Date.now() }),
  ]);
  const page = toOfflinePage({
    title: titleOf(whole.model),
    summary: summaryOf(whole.model),
    packed,
    script,
    style: `${tokens}\n${styles}`,
    nonce: randomNonce(),
  });
  return new Blob([page], { type: "text/html" });
}

async function readViewer(): Promise<string> {
  const response = await fetch(viewerUrl);
  if (!response.ok) throw new TypeError(`the viewer answers ${response.status}`);
  return response.text();
}

function titleOf(index: TraceModel): string {
  const { service, name } = rootWords(index);
  const failed = index.errorCount > 0 ? "failed: " : "";
  return toOneLine(`${failed}${service} ${name}`, TITLE_CHARS_MAX);
}

function summaryOf(index: TraceModel): string {
  const { blame } = index.insight;
  const spans = index.nodes.reduce((count, { kind }) => count + Number(kind === "span"), 0);
  const facts = [
    `Trace ${index.traceId}`,
    formatDuration(index.totalNs),
    plural(spans, "span"),
    plural(index.logCount, "log"),
    plural(index.errorCount, "error"),
  ].join(", ");
  if (blame === undefined) return `${facts}.`;
  return `${facts}. Failed in ${blame.service}: ${toOneLine(blame.reason, TITLE_CHARS_MAX)}.`;
}

/** 128 bits. */
function randomNonce(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
