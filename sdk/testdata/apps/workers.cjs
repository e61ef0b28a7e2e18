// The same file as main thread, as worker and as forked child; the latter two leave by process.exit.
const { fork } = require("node:child_process");
const { isMainThread, Worker } = require("node:worker_threads");

const self = process.argv[1];
if (process.argv[2] === "child") {
  console.log("forked");
  process.exit(0);
} else if (isMainThread) {
  console.log("main");
  new Worker(self);
  fork(self, ["child"]);
} else {
  console.log("in a worker");
  process.exit(0);
}
