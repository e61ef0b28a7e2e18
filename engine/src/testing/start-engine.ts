/** A parent process for tests to kill: `node start-engine.ts <dataDir> <httpPort> <tcpPort>` prints the engine's pid. */
import { startEngine } from "../engine.ts";

const [dataDir, httpPort, tcpPort] = process.argv.slice(2);
if (dataDir === undefined) throw new Error("usage: start-engine.ts dataDir httpPort tcpPort");
const engine = await startEngine({
  dataDir,
  httpPort: Number(httpPort),
  tcpPort: Number(tcpPort),
  database: "otel",
  memoryLimitBytes: 2 * 1024 ** 3,
});
process.stdout.write(`${engine.pid}\n`);
