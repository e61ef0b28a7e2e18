/** What the probe writes and the doctor reads. */
import { fileURLToPath } from "node:url";

/** One line of the report. Lines are in the order of events. */
export type ProbeEvent =
  | { readonly event: "process"; readonly entry: string; readonly pid: number }
  | { readonly event: "started" }
  /** The first time that a package is asked for by the application or by another package. */
  | {
      readonly event: "package";
      readonly name: string;
      readonly directory: string;
      readonly parent: string;
    }
  /** A file of the application itself. */
  | { readonly event: "file"; readonly path: string };

/** The folder that the report is written to, one file a process. */
export const PROBE_VARIABLE = "THROUGHLINE_DOCTOR_REPORT";

const SDK_DIRECTORY = fileURLToPath(new URL("../", import.meta.url));
const TELEMETRY_PACKAGES =
  /[\\/](@opentelemetry|@grpc|@throughline|require-in-the-middle|import-in-the-middle)[\\/]/;

/** Whether a file belongs to the SDK or to OpenTelemetry, which load packages for themselves. */
export function isTelemetry(path: string): boolean {
  return path.startsWith(SDK_DIRECTORY) || TELEMETRY_PACKAGES.test(path);
}
