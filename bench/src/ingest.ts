/**
 * `npm run bench:ingest`: how many records the collector acknowledges and stores, how soon, and what they cost.
 * Engine, collector and load are processes of their own; everything is measured from outside of them.
 */
import { runLoad } from "./measure/run-load.ts";
import { formatTable } from "./measure/table.ts";
import { describePlan, readOptions, USAGE, UsageError, writeJson } from "./options.ts";
import { describeMachine } from "./system/proc.ts";
import { startDatabase, startThroughline } from "./system/servers.ts";

async function main(): Promise<void> {
  const options = readOptions("ingest", process.argv.slice(2));
  const machine = describeMachine();
  console.log(`${describePlan(options)}\n${machine}\n`);
  const database = await startDatabase(options.parentDir, options.profile);
  try {
    const collector = await startThroughline(database, {});
    try {
      const run = await runLoad(options, { database, collector });
      console.log(formatTable([{ name: "throughline", result: run.result }]));
      writeJson(options.jsonFile, { at: new Date().toISOString(), machine, options, ...run });
      console.log(`\n${options.jsonFile}`);
    } finally {
      await collector.stop();
    }
  } finally {
    await database.dispose();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? `${error.message}\n${USAGE}` : error);
  process.exitCode = 1;
});
