/** Log levels that change while an application runs. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root, until } from "../product.ts";
import { readRequests } from "../stored-requests.ts";
import { portOf, type Rig } from "./rig.ts";

const run = promisify(execFile);

export function describeLevels(rig: Rig): void {
  test("an application's level changes without a restart: for its service, and for one request", async () => {
    const { clickhouse, product } = rig;
    const service = "leveled.mjs";
    const application = rig.start(service, {
      environment: {
        THROUGHLINE_SDK_CONFIG_URL: `${product.otlpHttpUrl}/api/config`,
        THROUGHLINE_SDK_CONFIG_INTERVAL_MS: "200",
        OTEL_BLRP_SCHEDULE_DELAY: "20",
      },
    });
    const port = await portOf(application);
    const loglevel = async (...words: readonly string[]): Promise<void> => {
      const env = { PATH: process.env["PATH"], THROUGHLINE_DATA_DIR: product.dataDir };
      await run(process.execPath, ["cli/src/main.ts", "loglevel", ...words], { cwd: root, env });
    };
    /** Bodies of the records that one request left: `pino info`, … */
    const recorded = async (name: string, headers: Record<string, string> = {}) => {
      await (await fetch(`http://127.0.0.1:${port}/${name}`, { headers })).text();
      let bodies: readonly string[] = [];
      await until(async () => {
        const { logs } = await readRequests(clickhouse, service);
        bodies = logs.map(({ Body }) => Body).filter((body) => body.endsWith(` /${name}`));
        // The last line of a request, which every level here lets through.
        return bodies.includes(`console info /${name}`);
      }, `the records of /${name}`);
      return bodies.map((body) => body.slice(0, -name.length - 2));
    };
    let asked = 0;
    const untilRecorded = (expected: boolean) =>
      until(
        async () => (await recorded(`ask-${asked++}`)).includes("pino debug") === expected,
        `pino's debug lines to be ${expected ? "" : "no longer "}recorded`,
        product.output,
        20_000,
      );

    expect(await recorded("before")).not.toContain("pino debug");
    await loglevel("--service", service, "debug");
    await untilRecorded(true);
    const { logs } = await readRequests(clickhouse, service);
    const debug = logs.find(({ Body }) => Body.startsWith("pino debug"));
    expect(debug).toMatchObject({
      TraceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      SeverityNumber: 5,
    });
    expect(application.output()).not.toContain("pino debug");

    await loglevel("--service", service, "--clear", "--request-debug", "on");
    await untilRecorded(false);
    const baggage = { baggage: "throughline.debug=1" };
    expect(await recorded("one-request", baggage)).toContain("pino debug");
    expect(await recorded("another")).not.toContain("pino debug");
    expect(application.child.exitCode).toBeNull();
  });
}
