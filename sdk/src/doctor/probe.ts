/**
 * Runs inside the application that the doctor starts, before everything else, and writes down which packages are
 * loaded, by whom, and when the SDK started. It loads nothing but Node's own modules, so as not to be what it looks for.
 */
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { isTelemetry, PROBE_VARIABLE, type ProbeEvent } from "./probe-report.ts";

/** The symbol under which start() keeps its handle. */
const RUNNING = Symbol.for("throughline.sdk.running");

const FILES_MAX = 2_000;

const directory = process.env[PROBE_VARIABLE];
if (directory !== undefined && isMainThread) watch(join(directory, `${process.pid}.jsonl`));

function watch(reportPath: string): void {
  const write = (event: ProbeEvent): void => {
    try {
      appendFileSync(reportPath, `${JSON.stringify(event)}\n`);
    } catch {
      // The doctor has left and taken the folder with it; the application must not notice.
    }
  };
  write({ event: "process", entry: process.argv[1] ?? "", pid: process.pid });
  noticeStart(() => write({ event: "started" }));
  const seen = new Set<string>();
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const result = nextResolve(specifier, context);
      const event = describe(result.url, context.parentURL ?? "");
      const key = event === undefined ? "" : keyOf(event);
      if (event !== undefined && !seen.has(key) && seen.size < FILES_MAX) {
        seen.add(key);
        write(event);
      }
      return result;
    },
  });
}

/** start() writes its handle by a plain assignment, which a setter sees at that very moment. */
function noticeStart(started: () => void): void {
  Object.defineProperty(globalThis, RUNNING, {
    configurable: true,
    get: () => undefined,
    set: (handle: unknown) => {
      Object.defineProperty(globalThis, RUNNING, {
        configurable: true,
        writable: true,
        value: handle,
      });
      started();
    },
  });
}

function describe(url: string, parentUrl: string): ProbeEvent | undefined {
  if (!url.startsWith("file:")) return undefined;
  const path = fileURLToPath(url);
  const found = /^(.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/.exec(path);
  if (found === null) return { event: "file", path };
  const parent = parentUrl.startsWith("file:") ? fileURLToPath(parentUrl) : "";
  const [, packageDirectory = "", name = ""] = found;
  if (parent.startsWith(packageDirectory)) return undefined;
  return { event: "package", name: name.replace("\\", "/"), directory: packageDirectory, parent };
}

/** The SDK's own loading of a package does not hide that the application loads it later, or did before. */
function keyOf(event: ProbeEvent): string {
  if (event.event === "package") return `${event.directory} ${isTelemetry(event.parent)}`;
  return event.event === "file" ? event.path : event.event;
}
