/**
 * Makes ready what the applications of testdata need, for tests outside of this package: the compiled SDK and what the
 * arguments name. Prints one JSON object, argument → path: `frameworks` is the folder of their installed copy, `next` the server.js
 * of a built Next.js application, `browser` the bundled page of recipes/browser, `22` and `24` are node programs.
 */
import { buildSdk } from "./build-sdk.ts";
import { browserPage, frameworkApps, nextApp } from "./framework-apps.ts";
import { installedNode } from "./test-node.ts";

function pathOf(wanted: string): string {
  if (wanted === "frameworks") return frameworkApps();
  if (wanted === "next") return nextApp();
  if (wanted === "browser") return browserPage();
  return installedNode(wanted);
}

buildSdk();
const wanted = process.argv.slice(2);
process.stdout.write(
  JSON.stringify(Object.fromEntries(wanted.map((each) => [each, pathOf(each)]))),
);
