/** What was filled into a directory, in the directory: which data it is, and how far it is. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SchemaProfile } from "@throughline/schemas";
import type { FillSizes } from "./plan.ts";

export interface Manifest {
  readonly sizes: FillSizes;
  readonly blockSpans: number;
  readonly seed: number;
  readonly profile: SchemaProfile;
  /** The end of the newest block, since 1970: "now", as far as this data knows. */
  readonly endMicros: number;
  /** Blocks that are stored whole. */
  readonly done: readonly number[];
}

const FILE = "fill.json";

export function readManifest(dataDir: string): Manifest | undefined {
  const file = join(dataDir, FILE);
  if (!existsSync(file)) return undefined;
  // oxlint-disable-next-line no-unsafe-type-assertion -- this program wrote it
  return JSON.parse(readFileSync(file, "utf8")) as Manifest;
}

export function writeManifest(dataDir: string, manifest: Manifest): void {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(manifest)}\n`);
  renameSync(`${file}.new`, file);
}
