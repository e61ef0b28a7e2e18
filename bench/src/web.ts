/**
 * `npm run bench:web`: how soon a trace stands on the screen and how it reads, in headless Chromium against the embedded
 * engine and the query service, each a process of its own, beside the budgets of the UI. Traces go straight into the
 * tables; each round is a browser context that has nothing cached.
 */
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { UsageError, writeJson } from "./options.ts";
import { describeMachine } from "./system/proc.ts";
import { startDatabase, startQueryService, startThroughline } from "./system/servers.ts";
import { TRACE_CASES, type Figures } from "./web/budgets.ts";
import { launchChromium } from "./web/chromium.ts";
import { fillTraces } from "./web/fill-traces.ts";
import { measureTrace } from "./web/measure-page.ts";
import { measureTail } from "./web/measure-tail.ts";
import {
  readWebOptions,
  TAIL_LINES_PER_SECOND,
  WEB_USAGE,
  type WebBenchOptions,
} from "./web/options.ts";
import { serveBuild } from "./web/serve-build.ts";
import { readSizes } from "./web/sizes.ts";
import { startLogs } from "./web/tail-logs.ts";
import { formatTail } from "./web/tail-table.ts";
import { formatCases, formatRatios, formatSizes, type CaseResult } from "./web/table.ts";

const DIST = fileURLToPath(new URL("../../web/dist", import.meta.url));

async function main(): Promise<void> {
  const options = readWebOptions(process.argv.slice(2));
  if (options.tailMinutes !== undefined) return leaveTailOpen(options, options.tailMinutes);
  const machine = describeMachine();
  const database = await startDatabase(options.parentDir, "search");
  try {
    const cases = TRACE_CASES.filter(({ name }) => name.includes(options.only));
    await fillTraces(database.client, cases);
    const query = await startQueryService(database);
    try {
      const results = await measureBuilds(query.url, options);
      const sizes = readSizes(DIST);
      const load = `load average ${loadavg()[0]?.toFixed(1)} at the end`;
      console.log(`\n${machine}; ${load}; medians of ${options.rounds}\n`);
      console.log(`${formatCases(results)}\n\n${formatSizes(sizes)}`);
      if (options.against !== "") console.log(`\n${formatRatios(results)}`);
      writeJson(options.jsonFile, {
        at: new Date().toISOString(),
        machine,
        load,
        options,
        results,
        sizes,
      });
      console.log(`\n${options.jsonFile}`);
    } finally {
      await query.stop();
    }
  } finally {
    await database.dispose();
  }
}

/** Lines go through the collector, and are followed in the browser as they are stored. */
async function leaveTailOpen(options: WebBenchOptions, minutes: number): Promise<void> {
  const machine = describeMachine();
  const database = await startDatabase(options.parentDir, "search");
  try {
    const collector = await startThroughline(database, {});
    const query = await startQueryService(database);
    const browser = await launchChromium();
    const source = startLogs(collector.httpAddress, TAIL_LINES_PER_SECOND);
    try {
      const samples = await measureTail(browser, query.url, { minutes, source });
      const load = `load average ${loadavg()[0]?.toFixed(1)} at the end`;
      console.log(`\n${machine}; ${load}; ${TAIL_LINES_PER_SECOND} lines a second\n`);
      console.log(formatTail(samples));
      writeJson(options.jsonFile, {
        at: new Date().toISOString(),
        machine,
        load,
        minutes,
        samples,
      });
      console.log(`\n${options.jsonFile}`);
    } finally {
      await source.stop();
      await browser.close();
      await query.stop();
      await collector.stop();
    }
  } finally {
    await database.dispose();
  }
}

/** Two builds are served alike, so that how they are served makes no difference. */
async function measureBuilds(
  queryUrl: string,
  options: WebBenchOptions,
): Promise<readonly CaseResult[]> {
  if (options.against === "") return measureAll([queryUrl], options);
  const builds = await Promise.all([
    serveBuild(DIST, queryUrl),
    serveBuild(options.against, queryUrl),
  ]);
  try {
    return await measureAll(
      builds.map(({ url }) => url),
      options,
    );
  } finally {
    await Promise.all(builds.map((build) => build.stop()));
  }
}

/** @param origins of this build, and of another where there is one */
async function measureAll(
  origins: readonly string[],
  { rounds, only }: WebBenchOptions,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  const browser = await launchChromium();
  try {
    for (const traceCase of TRACE_CASES.filter(({ name }) => name.includes(only))) {
      const figures = origins.map((): Figures[] => []);
      for (let round = 0; round < rounds * origins.length; round++) {
        const turn = round % origins.length;
        // oxlint-disable-next-line no-await-in-loop -- one at a time is what is measured
        figures[turn]?.push(await measureTrace(browser, origins[turn] ?? "", traceCase));
        process.stderr.write(".");
      }
      const [own = [], other = []] = figures;
      results.push({ traceCase, rounds: own, otherRounds: other });
    }
  } finally {
    await browser.close();
  }
  return results;
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? `${error.message}\n${WEB_USAGE}` : error);
  process.exitCode = 1;
});
