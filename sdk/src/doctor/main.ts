import { parseArgs } from "node:util";
import { examine, type DoctorOptions, type DoctorReport } from "./doctor.ts";
import type { Finding } from "./finding.ts";

export const DOCTOR_HELP = `usage: throughline doctor [--app FILE [arguments]] [--url URL] [--json]
       throughline doctor [options] -- COMMAND [arguments]

Looks at what lies between this application and its collector: settings, service name, address, protocol,
authentication, clock. Every problem comes with the line that fixes it.

  --app FILE      also run \`node FILE\` in this environment and look at what it loads, and when
  -- COMMAND      the same with any command: throughline doctor -- npm start
  --seconds N     how long the application is watched before it is told to end; default 5
  --url URL       call this address with a traceparent and look up which services continued it
  --query URL     where to look it up; default http://127.0.0.1:8417
  --json          one JSON object instead of lines

exit code: 0 no problem, 1 problems, 2 a wrong option
`;

const SECONDS = 5;
const SECONDS_MAX = 600;
const QUERY_URL = "http://127.0.0.1:8417";

/** Where the command writes; lines without their end. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * The command line of the doctor.
 * @param args what follows `throughline doctor`
 * @returns the exit code
 */
export async function runDoctor(args: readonly string[], output: Output): Promise<number> {
  const parsed = parseDoctorArgs(args);
  if (parsed.kind === "help") {
    output.out(DOCTOR_HELP.trimEnd());
    return 0;
  }
  if (parsed.kind === "wrong") {
    output.err(`throughline doctor: ${parsed.message}`);
    output.err("throughline doctor --help lists the options");
    return 2;
  }
  const report = await examine(parsed.options);
  output.out(parsed.json ? JSON.stringify(report, undefined, 2) : renderReport(report));
  return report.problems === 0 ? 0 : 1;
}

type Parsed =
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string }
  | { readonly kind: "run"; readonly json: boolean; readonly options: DoctorOptions };

function parseDoctorArgs(args: readonly string[]): Parsed {
  const dashes = args.indexOf("--");
  const command = dashes === -1 ? undefined : args.slice(dashes + 1);
  try {
    const { values, positionals } = parseArgs({
      args: dashes === -1 ? [...args] : args.slice(0, dashes),
      allowPositionals: true,
      options: {
        app: { type: "string" },
        seconds: { type: "string", default: String(SECONDS) },
        url: { type: "string" },
        query: { type: "string", default: QUERY_URL },
        json: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return { kind: "help" };
    const message = whatIsWrong(values, positionals, command);
    if (message !== undefined) return { kind: "wrong", message };
    const appCommand =
      values.app === undefined ? command : [process.execPath, values.app, ...positionals];
    return {
      kind: "run",
      json: values.json,
      options: {
        environment: process.env,
        workingDirectory: process.cwd(),
        nodeVersion: process.version,
        command: appCommand,
        entry: values.app,
        secondsMax: Number(values.seconds),
        propagation:
          values.url === undefined ? undefined : { url: values.url, queryUrl: values.query },
      },
    };
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) };
  }
}

interface Values {
  readonly app?: string | undefined;
  readonly seconds: string;
  readonly url?: string | undefined;
  readonly query: string;
}

function whatIsWrong(
  values: Values,
  positionals: readonly string[],
  command: readonly string[] | undefined,
): string | undefined {
  const seconds = Number(values.seconds);
  if (!(seconds > 0 && seconds <= SECONDS_MAX)) {
    return `--seconds ${values.seconds} is not a number from 0 to ${SECONDS_MAX}`;
  }
  if (values.app === undefined && positionals.length > 0) {
    return `${positionals[0]} is not an option; an application is named by --app ${positionals[0]}`;
  }
  if (command !== undefined && (values.app !== undefined || command.length === 0)) {
    return "after -- comes one command, instead of --app";
  }
  for (const name of ["url", "query"] as const) {
    const text = values[name];
    if (text !== undefined && URL.parse(text) === null)
      return `--${name} ${text} is not an address`;
  }
  return undefined;
}

function renderReport(report: DoctorReport): string {
  const lines = report.findings.flatMap(renderFinding);
  const end =
    report.problems === 0
      ? "No problem found."
      : `${report.problems} problem${report.problems === 1 ? "" : "s"} found.`;
  return [...lines, "", end].join("\n");
}

function renderFinding(finding: Finding): readonly string[] {
  const fix = finding.kind === "ok" ? undefined : finding.fix;
  return [
    `${finding.kind.padEnd(8)} ${finding.text}`,
    ...(fix === undefined ? [] : [`${" ".repeat(8)} fix: ${fix}`]),
  ];
}
