import { afterEach, beforeAll, beforeEach, expect } from "vitest";
import { buildSdk } from "./build-sdk.ts";
import type { ReceivedLog } from "./otlp-decode.ts";
import { startOtlpReceiver, type OtlpReceiver } from "./otlp-receiver.ts";
import { startApp, type RunningApp } from "./run-app.ts";

export interface AppSuite {
  /** The receiver of the test that is running. */
  readonly receiver: OtlpReceiver;
  /** Starts an application of testdata/apps that sends to it; killed at the test's end if it still lives. */
  run(file: string, environment?: Readonly<Record<string, string>>): RunningApp;
  /** The one log record whose body contains the text. */
  logWith(text: string): ReceivedLog;
}

/** Registers what every suite of real applications needs: the compiled SDK, a fresh receiver per test, no survivors. */
export function appSuite(): AppSuite {
  let receiver: OtlpReceiver | undefined;
  const apps: RunningApp[] = [];
  const current = (): OtlpReceiver => {
    if (receiver === undefined) throw new Error("the receiver lives only while a test runs");
    return receiver;
  };

  beforeAll(() => buildSdk(), 60_000);
  beforeEach(async () => {
    receiver = await startOtlpReceiver();
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) app.kill("SIGKILL");
    await receiver?.stop();
  });

  return {
    get receiver() {
      return current();
    },
    run: (file, environment = {}) => {
      const app = startApp(file, {
        OTEL_EXPORTER_OTLP_ENDPOINT: current().grpcEndpoint,
        ...environment,
      });
      apps.push(app);
      return app;
    },
    logWith: (text) => {
      const found = current().logs.filter((each) => String(each.body).includes(text));
      expect(found.map(({ body }) => body)).toHaveLength(1);
      const [log] = found;
      if (log === undefined) throw new Error(`no log record with ${text}`);
      return log;
    },
  };
}
