/** `node --import @throughline/sdk/register app.js`: starts everything before the application's first module. */
import { start } from "./start.ts";
import { warn } from "./warn.ts";

try {
  start();
} catch (error) {
  warn(
    `did not start, the application runs without telemetry: ${error instanceof Error ? error.message : String(error)}`,
  );
}
