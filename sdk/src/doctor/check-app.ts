import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { note, ok, problem, type Finding } from "./finding.ts";
import { SEEN_THROUGH_OTHERS, type InstrumentedLibraries } from "./instrumented-libraries.ts";
import { isTelemetry, type ProbeEvent } from "./probe-report.ts";
import type { AppRun } from "./run-app.ts";
import { isInRange } from "./version-range.ts";

const FLAG = "--import @throughline/sdk/register";
const BUNDLE_SIZE_BYTES_MAX = 64 * 1024 * 1024;

/** Judges what the probe saw: did the SDK start, before the libraries, and can it see them? */
export function checkAppRun(
  run: AppRun,
  libraries: InstrumentedLibraries,
  workingDirectory: string,
): readonly Finding[] {
  if (run.failure !== undefined) {
    return [
      problem(
        "start",
        `the application cannot be started: ${run.failure}`,
        "check the path after --app",
      ),
    ];
  }
  if (run.processes.length === 0) {
    return [
      problem(
        "start",
        "the command started no Node.js process that reads NODE_OPTIONS",
        "throughline doctor --app path/to/app.js",
      ),
    ];
  }
  const findings = run.processes.flatMap((events) =>
    checkProcess(events, libraries, workingDirectory),
  );
  if (run.exitCode !== undefined && run.exitCode !== 0) {
    const lastLine = run.errorOutput.trim().split("\n").at(-1) ?? "";
    findings.push(
      note(
        "start",
        `the application ended with code ${run.exitCode} while it was watched: ${lastLine}`,
      ),
    );
  }
  return findings;
}

interface LoadedLibrary {
  readonly name: string;
  readonly version: string;
  readonly parent: string;
  /** Before the SDK had started. */
  readonly early: boolean;
}

function checkProcess(
  events: readonly ProbeEvent[],
  libraries: InstrumentedLibraries,
  workingDirectory: string,
): readonly Finding[] {
  const first = events[0];
  const entryPath = first?.event === "process" ? first.entry : "";
  const entry = relative(workingDirectory, entryPath) || entryPath;
  const startedAt = events.findIndex(({ event }) => event === "started");
  const loaded = loadedLibraries(events, libraries, startedAt);
  if (startedAt === -1) return [notStarted(entry, loaded)];
  return [
    ok("start", `the SDK started in ${entry}`),
    ...checkEarly(loaded, entry, workingDirectory),
    ...checkVersions(loaded, libraries),
    ...checkBundled(events, loaded, libraries, workingDirectory),
    ...checkForeignSdk(events, workingDirectory),
  ];
}

function notStarted(entry: string, loaded: readonly LoadedLibrary[]): Finding {
  const names = [...new Set(loaded.map(({ name }) => name))].join(", ");
  const unseen = names === "" ? "" : `; ${names} would be traced`;
  return problem("start", `the SDK did not start in ${entry}${unseen}`, `node ${FLAG} ${entry}`);
}

/** The libraries that the application asked for, in the order of their first load. */
function loadedLibraries(
  events: readonly ProbeEvent[],
  libraries: InstrumentedLibraries,
  startedAt: number,
): readonly LoadedLibrary[] {
  return events.flatMap((event, index) => {
    if (event.event !== "package" || !libraries.has(event.name)) return [];
    if (isTelemetry(event.parent)) return [];
    const version = versionOf(event.directory);
    return [{ name: event.name, version, parent: event.parent, early: index < startedAt }];
  });
}

function versionOf(packageDirectory: string): string {
  try {
    const parsed: unknown = JSON.parse(
      readFileSync(join(packageDirectory, "package.json"), "utf8"),
    );
    const known = typeof parsed === "object" && parsed !== null && "version" in parsed;
    return known ? String(parsed.version) : "";
  } catch {
    // A package without a readable package.json has no version to judge.
    return "";
  }
}

function checkEarly(
  loaded: readonly LoadedLibrary[],
  entry: string,
  workingDirectory: string,
): readonly Finding[] {
  const early = loaded.filter((library) => library.early);
  if (early.length === 0) {
    const names = loaded.map(({ name, version }) => `${name} ${version}`).join(", ");
    const seen =
      names === "" ? "no library that it traces was loaded" : `loaded after it: ${names}`;
    return [ok("libraries", seen)];
  }
  return early.map(({ name, version, parent }) =>
    problem(
      "libraries",
      `${name} ${version} was loaded before the SDK started, by ${relative(workingDirectory, parent)}: it is not traced`,
      `node ${FLAG} ${entry}   # the flag before every other --import and --require, instead of start() in code`,
    ),
  );
}

function checkVersions(
  loaded: readonly LoadedLibrary[],
  libraries: InstrumentedLibraries,
): readonly Finding[] {
  return loaded.flatMap(({ name, version }) => {
    const ranges = libraries.get(name) ?? [];
    if (version === "" || ranges.some((range) => isInRange(version, range))) return [];
    const known = ranges.join(" or ");
    const seen = SEEN_THROUGH_OTHERS.get(name);
    if (seen !== undefined) return [note("libraries", `${name} ${version}: ${seen}`)];
    return [
      problem(
        "libraries",
        `${name} ${version} is not known to the instrumentation, which knows ${known}: it is not traced`,
        `npm install "${name}@${ranges.at(-1) ?? "*"}"`,
      ),
    ];
  });
}

/**
 * A bundler leaves the paths of what it swallowed in its output, unless it minifies. What it minified can only be
 * guessed from package.json, and is said as a guess.
 */
function checkBundled(
  events: readonly ProbeEvent[],
  loaded: readonly LoadedLibrary[],
  libraries: InstrumentedLibraries,
  workingDirectory: string,
): readonly Finding[] {
  const missing = new Set(
    [...libraries.keys()].filter((name) => !loaded.some((each) => each.name === name)),
  );
  const findings: Finding[] = [];
  const files = events.flatMap((event) =>
    event.event === "file" && !isTelemetry(event.path) ? [event.path] : [],
  );
  for (const path of files) {
    for (const name of bundledInto(path, missing)) {
      missing.delete(name);
      findings.push(
        problem(
          "libraries",
          `${name} is bundled into ${relative(workingDirectory, path)}: it is not traced`,
          `esbuild --external:${name}   # webpack: externals: ["${name}"]; rollup: external: ["${name}"]; Next.js: serverExternalPackages: ["${name}"]`,
        ),
      );
    }
  }
  const unseen = declaredDependencies(files[0]).filter((name) => missing.has(name));
  if (unseen.length > 0) {
    const names = unseen.join(", ");
    findings.push(
      note(
        "libraries",
        `package.json names ${names}, not loaded while it was watched: not used yet, or bundled and minified`,
      ),
    );
  }
  return findings;
}

function bundledInto(path: string, names: ReadonlySet<string>): readonly string[] {
  if (!existsSync(path) || statSync(path).size > BUNDLE_SIZE_BYTES_MAX) return [];
  return bundledPackages(readFileSync(path, "utf8")).filter((name) => names.has(name));
}

/**
 * The packages whose files a bundler has named in its output, as esbuild (`// node_modules/express/index.js`), webpack
 * (`"./node_modules/express/index.js"(`) and rollup's family (`//#region node_modules/express/index.js`) do.
 */
export function bundledPackages(text: string): readonly string[] {
  const marks =
    /(?:^\/\/ ?(?:#region )?|^!?\*+ |["'])[\w@.+/-]*node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\/[\w./-]+/gm;
  return [...new Set(Array.from(text.matchAll(marks), (match) => match[1] ?? ""))];
}

function declaredDependencies(file: string | undefined): readonly string[] {
  let directory = file === undefined ? "" : dirname(file);
  while (directory !== "") {
    const path = join(directory, "package.json");
    if (existsSync(path)) return dependenciesIn(path);
    const parent = dirname(directory);
    directory = parent === directory ? "" : parent;
  }
  return [];
}

function dependenciesIn(path: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof parsed !== "object" || parsed === null || !("dependencies" in parsed)) return [];
    const { dependencies } = parsed;
    return typeof dependencies === "object" && dependencies !== null
      ? Object.keys(dependencies)
      : [];
  } catch {
    // Not JSON: npm complains about that better than we could.
    return [];
  }
}

/** A second OpenTelemetry in the same process: the first to register wins, the other one is deaf. */
function checkForeignSdk(
  events: readonly ProbeEvent[],
  workingDirectory: string,
): readonly Finding[] {
  for (const event of events) {
    if (event.event !== "package" || isTelemetry(event.parent)) continue;
    if (!/^@opentelemetry\/sdk-(node|trace-node)$/.test(event.name)) continue;
    return [
      note(
        "start",
        `another OpenTelemetry SDK is loaded too, by ${relative(workingDirectory, event.parent)}: only the first one to start gets anything`,
        "remove one of the two starts; any OpenTelemetry SDK may send to the collector",
      ),
    ];
  }
  return [];
}
