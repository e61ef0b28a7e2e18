/** Goal: a tail of what is no tail ends, or waits. Method: the command against a service that answers what the test says. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { run } from "../run.ts";
import { CommandProcess, until } from "../testing/command-process.ts";
import { metaOf, sendJson, startStubService, type StubService } from "../testing/stub-service.ts";

let service: StubService;
afterEach(() => service.stop());

/** @returns how often a tail was opened so far */
async function whoseTailSays(events: string): Promise<() => number> {
  let opened = 0;
  service = await startStubService((asked, response) => {
    if (asked.pathname !== "/api/logs/tail") {
      return sendJson(response, { logs: [], meta: metaOf() });
    }
    opened += 1;
    response.writeHead(200, { "content-type": "text/event-stream" }).end(events);
  });
  return () => opened;
}

test.each(["{", "{}"])("an event that is %s is of another version, and is 1", async (data) => {
  await whoseTailSays(`event: logs\nid: 1\ndata: ${data}\n\n`);
  const err: string[] = [];
  const exitCode = await run({
    args: ["tail", "--url", service.url],
    environment: {},
    workingDir: import.meta.dirname,
    terminal: { out: () => undefined, err: (line) => err.push(line) },
  });
  expect(exitCode).toBe(1);
  expect(err).toEqual([
    "throughline: the tail has another shape than expected: is it of another version?",
  ]);
});

test("a tail that ends as soon as it begins is not opened again at once", async () => {
  const opened = await whoseTailSays("event: start\nid: 1\ndata: {}\n\n");
  const tail = new CommandProcess(["tail", "--url", service.url]);
  await until(() => opened() > 0, "the tail");
  await sleep(500);
  expect(opened()).toBe(1);
  await until(() => opened() > 1, "the tail again");
  tail.signal("SIGINT");
  expect(await tail.exited()).toBe(130);
});
