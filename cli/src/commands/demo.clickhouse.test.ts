/** Goal: whoever runs the demo gets a link to a request that is there, whole, and further links that show something. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  CommandProcess,
  descendants,
  freePorts,
  isRunning,
  until,
} from "../testing/command-process.ts";

interface Page {
  readonly spans?: readonly { readonly serviceName: string; readonly logs: readonly unknown[] }[];
  readonly logs?: readonly unknown[];
  readonly traces?: readonly unknown[];
}

test("the demo opens on a whole request of at least four services, and leaves nothing behind", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "throughline-demo-"));
  const env = await freePorts();
  const command = new CommandProcess(["demo", "--rate", "8"], {
    cwd: dataDir,
    env: { ...env, THROUGHLINE_DATA_DIR: dataDir },
  });
  try {
    await command.says("goes on until Ctrl-C");
    const ui = `http://127.0.0.1:${env.THROUGHLINE_HTTP_PORT}`;
    const traceId = new RegExp(`${ui}/trace/([0-9a-f]{32})\\n`).exec(command.stdout)?.[1];
    const trace = await get(`${ui}/api/traces/${traceId}`);
    expect(new Set(trace.spans?.map(({ serviceName }) => serviceName)).size).toBeGreaterThanOrEqual(
      4,
    );
    expect(trace.spans?.some(({ logs }) => logs.length > 0)).toBe(true);

    const links = [...command.stdout.matchAll(/\/(logs|traces)\?(\S+) /g)];
    expect(links).toHaveLength(2);
    for (const [, list = "", search = ""] of links) {
      await until(async () => {
        const page = await get(`${ui}/api/${list}?${search}`);
        return (page.logs ?? page.traces ?? []).length > 0;
      }, `something behind /${list}?${search}`);
    }

    const running = [...descendants(command.pid).keys()];
    expect(running.length).toBeGreaterThanOrEqual(8);
    command.signal("SIGINT");
    expect(await command.exited()).toBe(0);
    expect(running.filter(isRunning)).toEqual([]);
  } finally {
    const left = [...descendants(command.pid).keys()];
    command.signal("SIGKILL");
    await command.exited();
    await until(() => !left.some(isRunning), "what a failed test left running");
    rmSync(dataDir, { recursive: true });
  }
}, 120_000);

async function get(url: string): Promise<Page> {
  const response = await fetch(url);
  return (await response.json()) as Page;
}
