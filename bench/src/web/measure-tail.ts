/** A live tail that is left open: what it weighs, how its frames come, and what it has shown, every so often. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, CDPSession, Page } from "playwright-core";
import type { LogSource } from "./tail-logs.ts";

export interface TailSample {
  /** Since the page was open. */
  readonly atS: number;
  /** After a collection. */
  readonly heapMB: number;
  readonly domNodes: number;
  /** Between frames since the sample before. */
  readonly frameP50Ms: number;
  readonly frameP95Ms: number;
  readonly frameMaxMs: number;
  /** Share of the time in which the page's thread was busy. */
  readonly busy: number;
  readonly lines: number;
  readonly leftOut: number;
  readonly sent: number;
}

/** Runs before the page does. */
const WATCH = `
  window.bench = { frames: [], last: 0 };
  const tick = (now) => {
    if (window.bench.last > 0) window.bench.frames.push(now - window.bench.last);
    window.bench.last = now;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
`;

const READ = `(() => {
  const frames = window.bench.frames.splice(0).sort((a, b) => a - b);
  const at = (share) => frames[Math.floor((frames.length - 1) * share)] ?? 0;
  const words = document.querySelector("main footer, footer")?.textContent ?? "";
  return { frames: [at(0.5), at(0.95), at(1)], words, nodes: document.querySelectorAll("*").length };
})()`;

interface Read {
  readonly frames: readonly [p50: number, p95: number, max: number];
  readonly words: string;
  readonly nodes: number;
}

const SAMPLES = 30;
const SAMPLE_MIN_MS = 5_000;

/** @returns samples, the first when the list has been full for a while */
export async function measureTail(
  browser: Browser,
  origin: string,
  { minutes, source }: { readonly minutes: number; readonly source: LogSource },
): Promise<readonly TailSample[]> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  try {
    const page = await context.newPage();
    await page.addInitScript(WATCH);
    const session = await context.newCDPSession(page);
    await session.send("Performance.enable");
    await page.goto(`${origin}/logs?live=on`);
    await page.getByTestId("log-row").first().waitFor();
    return await sampleAll(page, session, { minutes, source });
  } finally {
    await context.close();
  }
}

async function sampleAll(
  page: Page,
  session: CDPSession,
  { minutes, source }: { readonly minutes: number; readonly source: LogSource },
): Promise<readonly TailSample[]> {
  const started = performance.now();
  const everyMs = Math.max(SAMPLE_MIN_MS, (minutes * 60_000) / SAMPLES);
  const samples: TailSample[] = [];
  let busyBefore = await busySeconds(session);
  while (performance.now() - started < minutes * 60_000) {
    const from = performance.now();
    // oxlint-disable-next-line no-await-in-loop -- time is what is measured
    await sleep(everyMs);
    // oxlint-disable-next-line no-await-in-loop -- see above
    const read = await page.evaluate<Read>(READ);
    // oxlint-disable-next-line no-await-in-loop -- see above
    const busyNow = await busySeconds(session);
    const busy = (busyNow - busyBefore) / ((performance.now() - from) / 1000);
    // oxlint-disable-next-line no-await-in-loop -- see above
    const heapMB = await collectedHeapMB(session);
    const [frameP50Ms, frameP95Ms, frameMaxMs] = read.frames;
    samples.push({
      atS: Math.round((performance.now() - started) / 1000),
      heapMB,
      domNodes: read.nodes,
      frameP50Ms,
      frameP95Ms,
      frameMaxMs,
      busy,
      lines: numberBefore(read.words, /([\d.,]+)([kM]?) lines? since/),
      leftOut: numberBefore(read.words, /([\d.,]+)([kM]?) left out/),
      sent: source.sent,
    });
    // oxlint-disable-next-line no-await-in-loop -- see above
    busyBefore = await busySeconds(session);
    // The collection is no frame of the page's.
    // oxlint-disable-next-line no-await-in-loop -- see above
    await page.evaluate("window.bench.frames.length = 0");
    process.stderr.write(".");
  }
  return samples;
}

const UNITS: Readonly<Record<string, number>> = { k: 1e3, M: 1e6 };

function numberBefore(words: string, pattern: RegExp): number {
  const match = pattern.exec(words);
  return Number((match?.[1] ?? "0").replaceAll(",", "")) * (UNITS[match?.[2] ?? ""] ?? 1);
}

async function collectedHeapMB(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 1e6;
}

async function busySeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
}
