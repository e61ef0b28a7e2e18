/**
 * The servers of servers.ts for tests outside of this package. Without an argument prints as JSON which of them are installed;
 * `node run-store.ts postgres` starts one, prints its address, and ends with its standard input, however the test ends.
 */
import { findProgram, startMariadb, startPostgres, startRedis } from "./servers.ts";

const STORES = new Map([
  ["postgres", startPostgres],
  ["mariadbd", startMariadb],
  ["redis-server", startRedis],
]);

const name = process.argv[2];
if (name === undefined) {
  const installed = [...STORES.keys()].filter((each) => findProgram(each) !== undefined);
  process.stdout.write(JSON.stringify(installed));
} else {
  await serve(name);
}

async function serve(program: string): Promise<void> {
  const store = await STORES.get(program)?.();
  if (store === undefined) throw new Error(`one of ${[...STORES.keys()].join(", ")}`);
  process.stdout.write(`${store.url}\n`);
  process.stdin.resume();
  process.stdin.once("end", () => void store.stop().then(() => process.exit(0)));
}
