import { installOnce, npm } from "./install-once.ts";

/** Releases that THROUGHLINE_SDK_TEST_NODE may name by their major version alone. */
const RELEASES: ReadonlyMap<string, string> = new Map([
  ["22", "22.23.3"],
  ["24", "24.21.0"],
]);

/**
 * The node that runs the applications of the tests: the test's own, or what THROUGHLINE_SDK_TEST_NODE says, a path
 * or one of 22 and 24, which is then installed from npm under .throughline/.
 */
export function testNode(): string {
  const asked = process.env["THROUGHLINE_SDK_TEST_NODE"];
  if (asked === undefined || asked === "") return process.execPath;
  return RELEASES.has(asked) ? installedNode(asked) : asked;
}

/** @param major of RELEASES @returns the path of that node, installed when first wanted */
export function installedNode(major: string): string {
  const version = RELEASES.get(major);
  if (version === undefined) throw new Error(`no release of node ${major} is known here`);
  // The package `node` fetches this one in an install script; asking for it directly needs none.
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const folder = installOnce(`node-${version}`, (empty) => {
    npm(empty, "install", "--prefix", empty, "--force", `${name}@${version}`);
  });
  return `${folder}/node_modules/${name}/bin/node`;
}
