import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import { buildSdk } from "./build-sdk.ts";
import type { ReceivedLog, ReceivedSpan } from "./otlp-decode.ts";
import { startOtlpReceiver, type OtlpReceiver } from "./otlp-receiver.ts";
import { startApp, type RunningApp } from "./run-app.ts";

export interface AppSuite {
  readonly receiver: OtlpReceiver;
  /** Path of a directory that does not exist yet. */
  readonly spool: string;
  /** Starts an application of testdata/apps that sends to the receiver; killed at the test's end if it still lives. */
  run(file: string, environment?: Readonly<Record<string, string>>): RunningApp;
  /** The one span of that kind. */
  spanOfKind(kind: number): ReceivedSpan;
  /** The one log record whose body contains the text. */
  logWith(text: string): ReceivedLog;
}

/**
 * A test with real applications: the compiled SDK, a receiver of its own, no survivors. `appTest.concurrent` where nothing is
 * measured: an application spends half of its time waiting.
 */
export const appTest = test.extend<{ suite: AppSuite }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads from the pattern which other fixtures this one needs
  suite: async ({}, provide) => {
    buildSdk();
    const receiver = await startOtlpReceiver();
    const apps: RunningApp[] = [];
    const folder = mkdtempSync(join(tmpdir(), "throughline-sdk-"));
    await provide(createSuite(receiver, apps, join(folder, "spool")));
    for (const app of apps) app.kill("SIGKILL");
    await receiver.stop();
    rmSync(folder, { recursive: true });
  },
});

function createSuite(receiver: OtlpReceiver, apps: RunningApp[], spool: string): AppSuite {
  return {
    receiver,
    spool,
    run: (file, environment = {}) => {
      const app = startApp(file, {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.grpcEndpoint,
        ...environment,
      });
      apps.push(app);
      return app;
    },
    spanOfKind: (kind) => {
      const found = receiver.spans.filter((each) => each.kind === kind);
      return onlyOne(found);
    },
    logWith: (text) => {
      const found = receiver.logs.filter((each) => String(each.body).includes(text));
      return onlyOne(found);
    },
  };
}

function onlyOne<T>(found: readonly T[]): T {
  const [one] = found;
  if (one !== undefined && found.length === 1) return one;
  throw new Error(`${found.length} in place of one: ${JSON.stringify(found)}`);
}
