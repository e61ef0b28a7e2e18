import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SIZE_BUDGETS } from "./budgets.ts";

/** A part of the built UI, as it is sent compressed with gzip. */
export interface Size {
  readonly name: string;
  readonly kB: number;
  readonly budgetKB: number;
}

/** @param dist where the UI was built, with a `.gz` beside each file */
export function readSizes(dist: string): readonly Size[] {
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(js|css)\.gz$/.test(name))
    .map((name) => ({ name: name.slice(0, -3), kB: statSync(join(dist, name)).size / 1000 }));
  const isEntry = ({ name }: { readonly name: string }) => html.includes(`"/${name}"`);
  const entryOf = (ending: string) =>
    files.filter((file) => isEntry(file) && file.name.endsWith(ending));
  const sum = (of: typeof files) => of.reduce((kB, file) => kB + file.kB, 0);
  const chunks = files.filter((file) => !isEntry(file)).toSorted((a, b) => b.kB - a.kB);
  return [
    { name: "entry, JS", kB: sum(entryOf(".js")), budgetKB: SIZE_BUDGETS.entryJs },
    { name: "entry, CSS", kB: sum(entryOf(".css")), budgetKB: SIZE_BUDGETS.entryCss },
    ...chunks.slice(0, CHUNKS_SHOWN).map(({ name, kB }) => ({
      name,
      kB,
      budgetKB: /\bsql/.test(name) ? SIZE_BUDGETS.sqlChunk : SIZE_BUDGETS.chunk,
    })),
  ];
}

const CHUNKS_SHOWN = 6;
