/** Writes `secret-search-module.ts`: `npm run build:wasm -w @throughline/collector`, after `secret-search.wat` was changed. */
import { readFileSync, writeFileSync } from "node:fs";
import { assembleSearch } from "./assemble-search.ts";

const folder = new URL("../redact/", import.meta.url);
const text = readFileSync(new URL("secret-search.wat", folder), "utf8");
const base64 = Buffer.from(await assembleSearch(text)).toString("base64");
writeFileSync(
  new URL("secret-search-module.ts", folder),
  `/** secret-search.wat, assembled by \`npm run build:wasm\`. */\nexport const SECRET_SEARCH_MODULE =\n  "${base64}";\n`,
);
