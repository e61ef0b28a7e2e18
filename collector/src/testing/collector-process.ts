/** A collector alone in its process, with a ClickHouse that nobody answers for: tells its addresses, ends with its parent. */
import { strict as assert } from "node:assert";
import { pino } from "pino";
import { startCollector } from "../collector.ts";
import { DEFAULT_LIMITS } from "../limits.ts";

const [spoolDir] = process.argv.slice(2);
assert(spoolDir !== undefined);
const { grpcAddress, httpAddress } = await startCollector({
  host: "127.0.0.1",
  grpcPort: 0,
  httpPort: 0,
  spoolDir,
  clickhouse: { url: "http://127.0.0.1:9", username: "default", password: "", database: "otel" },
  limits: DEFAULT_LIMITS,
  logger: pino({ level: "silent" }),
});
process.once("disconnect", () => process.exit(0));
process.send?.({ grpcAddress, httpAddress });
