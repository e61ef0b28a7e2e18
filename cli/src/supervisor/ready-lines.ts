/** What `throughline start` says once everything runs. */
import { relative } from "node:path";
import { endpointsOf } from "../endpoints.ts";
import { logDir } from "../log/logger.ts";
import type { Settings } from "../settings/schema.ts";
import type { ReadyReport } from "./product.ts";

export interface ReadyLinesInput {
  readonly settings: Settings;
  readonly report: ReadyReport;
  readonly version: string;
  readonly workingDir: string;
  /** Since the process started. */
  readonly elapsedMs: number;
}

export function readyLine(version: string, elapsedMs: number): string {
  return `Throughline ${version} is ready (${(elapsedMs / 1000).toFixed(1)} s).`;
}

export function readyLines(input: ReadyLinesInput): string[] {
  const { settings } = input;
  const endpoints = endpointsOf(settings);
  return [
    readyLine(input.version, input.elapsedMs),
    "",
    `  Web UI and API   ${endpoints.ui}`,
    `  OTLP/gRPC        ${endpoints.otlpGrpc}`,
    `  OTLP/HTTP        ${endpoints.otlpHttp}`,
    `  ClickHouse       ${clickhouseLine(input)}`,
    `  Data and logs    ${shortPath(settings.dataDir, input.workingDir)}, ${shortPath(logDir(settings.dataDir), input.workingDir)}`,
    "",
    "Send it a Node application's traces and logs:",
    `  OTEL_SERVICE_NAME=my-app OTEL_EXPORTER_OTLP_ENDPOINT=${endpoints.otlpGrpc} \\`,
    "    node --import @throughline/sdk/register app.js",
    "Any other OpenTelemetry SDK: the same two variables, with the OTLP address it speaks.",
    "Ctrl-C stops everything.",
  ];
}

function clickhouseLine({ settings, report, workingDir }: ReadyLinesInput): string {
  const { embedded } = report;
  if (embedded === undefined) {
    return `${settings.clickhouseUrl ?? ""}, database ${settings.clickhouseDatabase}`;
  }
  const passwords = shortPath(embedded.credentialsFile, workingDir);
  return `${embedded.grafana.url} (${embedded.version}, embedded), native ${settings.clickhouseTcpPort}; user ${embedded.grafana.username}, password in ${passwords}`;
}

/** Relative where that is shorter to read. */
function shortPath(path: string, workingDir: string): string {
  const below = relative(workingDir, path);
  return below === "" || below.startsWith("..") ? path : below;
}
