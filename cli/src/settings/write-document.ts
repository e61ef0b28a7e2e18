/** Writes docs/settings.md. Run it after changing a setting or a limit. */
import { readFileSync, writeFileSync } from "node:fs";
import { settingsDocument } from "./document.ts";

const limitsSource = readFileSync(
  new URL("../../../collector/src/limits.ts", import.meta.url),
  "utf8",
);
writeFileSync(
  new URL("../../../docs/settings.md", import.meta.url),
  settingsDocument(limitsSource),
);
