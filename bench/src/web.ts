/**
 * `npm run bench:web`: how soon a trace stands on the screen and how it reads, in headless Chromium against the embedded
 * engine and the query service, each a process of its own, beside the budgets of the UI. Traces go straight into the
 * tables; each round is a browser context that has nothing cached.
 */
import { loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { UsageError, writeJson } from "./options.ts";
import { describeMachine } from "./system/proc.ts";
import { startDatabase, startQueryService } from "./system/servers.ts";
import { TRACE_CASES, type Figures } from "./web/budgets.ts";
import { launchChromium } from "./web/chromium.ts";
import { fillTraces } from "./web/fill-traces.ts";
import { measureTrace } from "./web/measure-page.ts";
import { readWebOptions, WEB_USAGE, type WebBenchOptions } from "./web/options.ts";
import { readSizes } from "./web/sizes.ts";
import { formatCases, formatSizes, type CaseResult } from "./web/table.ts";

const DIST = fileURLToPath(new URL("../../web/dist", import.meta.url));

async function main(): Promise<void> {
  const options = readWebOptions(process.argv.slice(2));
  const machine = describeMachine();
  const database = await startDatabase(options.parentDir, "search");
  try {
    const cases = TRACE_CASES.filter(({ name }) => name.includes(options.only));
    await fillTraces(database.client, cases);
    const query = await startQueryService(database);
    try {
      const results = await measureAll(query.url, options);
      const sizes = readSizes(DIST);
      const load = `load average ${loadavg()[0]?.toFixed(1)} at the end`;
      console.log(`\n${machine}; ${load}; medians of ${options.rounds}\n`);
      console.log(`${formatCases(results)}\n\n${formatSizes(sizes)}`);
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

async function measureAll(
  origin: string,
  { rounds, only }: WebBenchOptions,
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = [];
  const browser = await launchChromium();
  try {
    for (const traceCase of TRACE_CASES.filter(({ name }) => name.includes(only))) {
      const figures: Figures[] = [];
      for (let round = 0; round < rounds; round++) {
        // oxlint-disable-next-line no-await-in-loop -- one at a time is what is measured
        figures.push(await measureTrace(browser, origin, traceCase));
        process.stderr.write(".");
      }
      results.push({ traceCase, rounds: figures });
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
