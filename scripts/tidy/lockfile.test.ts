/**
 * Goal: `npm ci` works on every platform the dependencies know, also when the lockfile was written on a machine whose
 * registry lacks some of them. Method: look for optional packages that are named and not locked.
 */
import { expect, test } from "vitest";
import { readText } from "./source-tree.ts";

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

test("every optional package is in the lockfile (else: node scripts/complete-lockfile.mjs)", () => {
  const { packages } = JSON.parse(readText("package-lock.json")) as {
    packages: Readonly<Record<string, Locked>>;
  };
  const missing = Object.entries(packages).flatMap(([owner, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        !(`node_modules/${name}` in packages) && !(`${owner}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});
