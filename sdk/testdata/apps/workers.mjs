// The same file as main thread, as worker and as forked child; the latter two leave by process.exit.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { isMainThread, Worker } from "node:worker_threads";

if (process.argv[2] === "child") {
  console.log("forked");
  process.exit(0);
} else if (isMainThread) {
  console.log("main");
  new Worker(new URL(import.meta.url));
  fork(fileURLToPath(import.meta.url), ["child"]);
} else {
  console.log("in a worker");
  process.exit(0);
}
