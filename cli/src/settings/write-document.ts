/** Writes docs/settings.md. Run it after changing a setting or a limit. */
import { writeFileSync } from "node:fs";
import { readLimitSources, settingsDocument } from "./document.ts";

writeFileSync(
  new URL("../../../docs/settings.md", import.meta.url),
  settingsDocument(readLimitSources()),
);
