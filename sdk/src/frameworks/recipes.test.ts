/**
 * Goal: the recipes of other languages do what they say. Method: each program, built with its own tools from its own
 * registry, sends to a real receiver. Minutes of downloads and compiling, so only with THROUGHLINE_SDK_TEST_RECIPES=1.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startOtlpReceiver, type OtlpReceiver } from "../testing/otlp-receiver.ts";
import { findProgram } from "../testing/servers.ts";
import { drawTraces } from "../testing/span-tree.ts";

const RECIPES = fileURLToPath(new URL("../../recipes/", import.meta.url));
const BUILD_MS_MAX = 900_000;

interface Recipe {
  readonly language: string;
  readonly command: readonly [string, ...string[]];
  readonly variables: Readonly<Record<string, string>>;
}

const COMMANDS: readonly Recipe[] = [
  {
    language: "java",
    command: ["mvn", "-q", "-B", "compile", "exec:java"],
    variables: { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_METRICS_EXPORTER: "none" },
  },
  { language: "rust", command: ["cargo", "run", "-q"], variables: {} },
];

describe.runIf(process.env["THROUGHLINE_SDK_TEST_RECIPES"] === "1")("recipes", () => {
  let receiver: OtlpReceiver;
  let folder: string;

  beforeEach(async () => {
    receiver = await startOtlpReceiver();
    folder = mkdtempSync(join(tmpdir(), "throughline-recipe-"));
  });

  afterEach(async () => {
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const { language, command, variables } of COMMANDS) {
    const [program, ...args] = command;
    const missing = findProgram(program) === undefined ? ` (skipped: no ${program} here)` : "";
    test.skipIf(missing !== "")(
      `${language}: one span with one line inside${missing}`,
      async () => {
        cpSync(`${RECIPES}${language}`, folder, { recursive: true });
        const env = {
          ...process.env,
          ...variables,
          OTEL_SERVICE_NAME: `shop-${language}`,
          OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcEndpoint,
        };
        const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env });
        expect(drawTraces(receiver.spans, receiver.logs)).toBe(
          "INTERNAL GET /orders/:id\n  · handling order",
        );
        expect(stdout).toContain(receiver.spans[0]!.traceId);
        expect(receiver.spans[0]?.resource).toMatchObject({ "service.name": `shop-${language}` });
      },
      BUILD_MS_MAX,
    );
  }
});
