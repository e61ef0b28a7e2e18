import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadPlan, LoadReport } from "./load-messages.ts";

export interface LoadProcess {
  readonly pid: number;
  /** Begins to send. */
  begin(): void;
  /** As of its last word, at most a second old. */
  latest(): LoadReport;
  /** Resolves when it is warm and has begun to count. */
  readonly warm: Promise<LoadReport>;
  /** Resolves with the last report; rejects when the process dies before. */
  readonly done: Promise<LoadReport>;
  kill(): void;
}

/** Resolves when its requests are made and it waits for `begin`. */
export async function startLoad(plan: LoadPlan): Promise<LoadProcess> {
  const path = fileURLToPath(new URL("./load-process.ts", import.meta.url));
  const child = fork(path, [JSON.stringify(plan)], { serialization: "advanced" });
  const ready = Promise.withResolvers<LoadReport>();
  const warm = Promise.withResolvers<LoadReport>();
  const done = Promise.withResolvers<LoadReport>();
  let latest: LoadReport | undefined;
  child.on("message", (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- load-process.ts sends nothing else
    const report = message as LoadReport;
    latest = report;
    if (report.kind === "ready") ready.resolve(report);
    if (report.kind === "warm") warm.resolve(report);
    if (report.kind === "done") done.resolve(report);
  });
  child.once("exit", (code, signal) => {
    const error = new Error(`the load process ended early: ${signal ?? code}`);
    ready.reject(error);
    warm.reject(error);
    done.reject(error);
  });
  for (const { promise } of [warm, done]) promise.catch(() => undefined);
  const first = await ready.promise;
  return {
    pid: child.pid ?? 0,
    begin: () => child.send("begin"),
    latest: () => latest ?? first,
    warm: warm.promise,
    done: done.promise,
    kill: () => child.kill("SIGKILL"),
  };
}
