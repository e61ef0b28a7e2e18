import type { SpoolSettings } from "../settings.ts";
import { SpoolFiles } from "./spool-files.ts";

/**
 * The spool directory, where one is configured. A directory that cannot be used is told once, and telemetry goes on without:
 * the application must not fail because its disk does.
 */
export function openSpool(
  settings: SpoolSettings | undefined,
  warn: (line: string) => void,
): SpoolFiles | undefined {
  if (settings === undefined) return undefined;
  try {
    return new SpoolFiles(settings.directory, settings.bytesMax);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warn(
      `THROUGHLINE_SDK_SPOOL_DIR=${settings.directory} cannot be used, what cannot be delivered will be lost: ${reason}`,
    );
    return undefined;
  }
}
