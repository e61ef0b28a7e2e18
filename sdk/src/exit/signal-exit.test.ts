/** Goal: the guard and signal-exit, which both wait for others to end the process, do not wait for each other. */
import { expect, vi } from "vitest";
import { appTest } from "../testing/app-suite.ts";

const COPIES = ["esm", "esm,cjs", "v3", "v3,esm"];

for (const [index, copies] of COPIES.entries()) {
  const signal = index % 2 === 0 ? "SIGTERM" : "SIGINT";
  appTest.concurrent(
    `${signal} ends a process with signal-exit (${copies}), after its clean-up and the last lines`,
    async ({ suite }) => {
      const app = suite.run("signal-exit.mjs", { TEST_COPIES: copies });
      await app.saw("waiting");
      app.kill(signal);
      const result = await app.ended;
      expect(result).toMatchObject({ code: null, signal, stderr: "" });
      expect(result.stdout).toContain("cleaned up");
      expect(suite.logWith("waiting").severityNumber).toBe(9);
    },
  );
}

appTest.concurrent(
  "an application that listens beside signal-exit still decides whether it ends",
  async ({ suite }) => {
    const app = suite.run("signal-exit.mjs", { TEST_COPIES: "esm", TEST_LIVES_ON: "1" });
    await app.saw("waiting");
    app.kill("SIGTERM");
    await app.saw("signal 1");
    app.kill("SIGTERM");
    await app.saw("signal 2");
    // Both have been flushed, so the guard has decided twice.
    await vi.waitFor(() => expect(suite.receiver.logs).toHaveLength(3), { timeout: 10_000 });
    app.kill("SIGINT");
    expect(await app.ended).toMatchObject({ code: null, signal: "SIGINT" });
  },
);
