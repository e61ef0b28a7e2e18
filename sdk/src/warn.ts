import { writeSync } from "node:fs";

const STDERR = 2;

/** One line for a person, past the application's own logger and past our capture of console. */
export function warn(line: string): void {
  try {
    writeSync(STDERR, `[throughline] ${line}\n`);
  } catch {
    // stderr is closed or full: there is no one left to tell, and telemetry must not fail the application.
  }
}
