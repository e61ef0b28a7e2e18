// Begins its last work when there is nothing else left to do: in the thread pool, where nobody sees it.
const { pbkdf2 } = require("node:crypto");

process.once("beforeExit", () => {
  pbkdf2("a", "b", 8_000_000, 64, "sha512", () => {
    process.stdout.write("the last work is done\n");
    process.exitCode = 5;
  });
});
console.log("nothing left");
