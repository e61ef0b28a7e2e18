// Uses signal-exit the way execa, ora and write-file-atomic do, and lives until it is told to end. TEST_COPIES is a list of the
// copies in it: "esm" and "cjs" are the two builds of version 4, "v3" is what version 3 does at a signal.
import { createRequire } from "node:module";

const COPIES = {
  esm: async () => (await import("signal-exit")).onExit,
  cjs: async () => createRequire(import.meta.url)("signal-exit").onExit,
  v3: async () => onExitOfVersion3(),
};

for (const name of process.env.TEST_COPIES.split(",")) {
  const onExit = await COPIES[name]();
  // In braces: true as an answer would keep the process alive.
  onExit(() => {
    process.stdout.write(`${name} cleaned up\n`);
  });
}
let signals = 0;
if (process.env.TEST_LIVES_ON) process.on("SIGTERM", () => console.log(`signal ${++signals}`));
console.log("waiting");
setInterval(() => {}, 1000);

/** Version 3's counting, and nothing else of it. */
function onExitOfVersion3() {
  const emitter = (process.__signal_exit_emitter__ ??= { count: 0 });
  emitter.count++;
  const callbacks = [];
  const listeners = ["SIGTERM", "SIGINT", "SIGHUP"].map((signal) => {
    const listener = () => {
      if (process.listeners(signal).length !== emitter.count) return;
      for (const [name, each] of listeners) process.removeListener(name, each);
      emitter.count--;
      for (const callback of callbacks) callback(null, signal);
      process.kill(process.pid, signal);
    };
    process.on(signal, listener);
    return [signal, listener];
  });
  return (callback) => callbacks.push(callback);
}
