/**
 * Makes ready what the applications of testdata need, for tests outside of this package: the compiled SDK and, with the
 * argument `frameworks`, their installed copy. Prints the folder of that copy.
 */
import { buildSdk } from "./build-sdk.ts";
import { frameworkApps } from "./framework-apps.ts";

buildSdk();
if (process.argv[2] === "frameworks") process.stdout.write(frameworkApps());
