// Begins its last work when there is nothing else left to do.
import { setTimeout as sleep } from "node:timers/promises";

process.once("beforeExit", async () => {
  await sleep(2_000);
  process.stdout.write("the last work is done\n");
  process.exitCode = 5;
});
console.log("nothing left");
