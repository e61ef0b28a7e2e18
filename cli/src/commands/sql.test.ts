/** Goal: an answer that breaks off is said. Method: the command against a service that answers what the test says. */
import { expect, test } from "vitest";
import { run } from "../run.ts";
import { startStubService } from "../testing/stub-service.ts";

test.each(["csv", "table"])(
  "an answer that breaks off is 1, and one line says so: %s",
  async (format) => {
    const service = await startStubService((_, response) => {
      response.writeHead(200, { "content-type": "text/csv" }).write("a\n1\n");
      setTimeout(() => response.destroy(), 50);
    });
    const err: string[] = [];
    const exitCode = await run({
      args: ["sql", "--format", format, "SELECT 1", "--url", service.url],
      environment: {},
      workingDir: import.meta.dirname,
      terminal: { out: () => undefined, err: (line) => err.push(line) },
    });
    service.stop();
    expect(exitCode).toBe(1);
    expect(err).toEqual([`throughline: the answer of ${service.url} broke off`]);
  },
);
