import { readFileSync } from "node:fs";
import { Type } from "typebox";
import { Value } from "typebox/value";

const PackageFile = Type.Object({ version: Type.String() });

/** The version in this package's package.json; all packages of the product carry the same. */
export function productVersion(): string {
  const file: unknown = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  );
  return Value.Parse(PackageFile, file).version;
}
