import { readServiceIdentity } from "../service.ts";
import { readSettings, type Environment } from "../settings.ts";
import { checkAppRun } from "./check-app.ts";
import { checkEndpoints } from "./check-endpoint.ts";
import { checkPropagation } from "./check-propagation.ts";
import { checkNode, checkService, checkSettings } from "./check-setup.ts";
import type { Finding } from "./finding.ts";
import { instrumentedLibraries } from "./instrumented-libraries.ts";
import { runApp } from "./run-app.ts";

export interface DoctorOptions {
  readonly environment: Environment;
  readonly workingDirectory: string;
  /** process.version of the Node that will run the application. */
  readonly nodeVersion: string;
  /** Program and arguments that start the application; undefined looks at the environment only. */
  readonly command: readonly string[] | undefined;
  /** The application's entry file, which decides the package.json that names the service. */
  readonly entry: string | undefined;
  /** How long the application is watched. */
  readonly secondsMax: number;
  /** An address to call with a traceparent, and where to ask what became of it. */
  readonly propagation: { readonly url: string; readonly queryUrl: string } | undefined;
}

export interface DoctorReport {
  /** In the order of the checks; a problem carries the line that fixes it. */
  readonly findings: readonly Finding[];
  readonly problems: number;
}

const PROPAGATION_WAIT_MS = 20_000;

/** Looks at everything between an application and its collector. Sends no telemetry of its own. */
export async function examine(options: DoctorOptions): Promise<DoctorReport> {
  const { environment, workingDirectory } = options;
  const warnings: string[] = [];
  const settings = readSettings({}, environment, (line) => warnings.push(line));
  const identity = readServiceIdentity(options.entry, workingDirectory);
  const findings: Finding[] = [
    checkNode(options.nodeVersion),
    ...checkSettings(settings, warnings, environment),
    checkService(identity, environment),
    ...(await checkEndpoints(settings, environment)),
  ];
  if (options.command !== undefined) {
    const run = await runApp({ ...options, command: options.command });
    findings.push(...checkAppRun(run, instrumentedLibraries(settings), workingDirectory));
  }
  if (options.propagation !== undefined) {
    const asked = { ...options.propagation, waitMs: PROPAGATION_WAIT_MS };
    findings.push(...(await checkPropagation(asked)));
  }
  return { findings, problems: findings.filter(({ kind }) => kind === "problem").length };
}
