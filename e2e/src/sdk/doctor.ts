/** `throughline doctor` against the product and two services that run. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect, test } from "vitest";
import { root } from "../product.ts";
import { portOf, type Rig } from "./rig.ts";

export function describeDoctor(rig: Rig): void {
  const doctor = async (...words: readonly string[]): Promise<readonly string[]> => {
    const child = spawn(process.execPath, ["cli/src/main.ts", "doctor", ...words], {
      cwd: root,
      env: {
        PATH: process.env["PATH"],
        OTEL_EXPORTER_OTLP_ENDPOINT: rig.product.otlpGrpcUrl,
        OTEL_BSP_SCHEDULE_DELAY: "100",
      },
    });
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (printed += chunk.toString()));
    await once(child, "close");
    return printed.split("\n");
  };

  test("throughline doctor: the address, and the trace of a call through two services", async () => {
    const back = rig.start("two-hops.cjs", { service: "doctor-back" });
    const environment = { TEST_BACK: `http://127.0.0.1:${await portOf(back)}` };
    const front = rig.start("two-hops.mjs", { service: "doctor-front", environment });
    const url = `http://127.0.0.1:${await portOf(front)}/front`;
    const said = await doctor("--url", url, "--query", rig.product.uiUrl);
    expect(said).toContain(`ok       traces: ${rig.product.otlpGrpcUrl}/ takes grpc`);
    expect(said).toContain("ok       one trace through doctor-front → doctor-back (5 spans)");
    expect(said).toContain("No problem found.");
  });

  test("throughline doctor --app: an application without the SDK is told the flag", async () => {
    const app = path.join(root, "sdk/testdata/apps/waits.mjs");
    const said = await doctor("--app", app, "--seconds", "1");
    expect(said).toContain(
      "         fix: node --import @throughline/sdk/register sdk/testdata/apps/waits.mjs",
    );
  });
}
