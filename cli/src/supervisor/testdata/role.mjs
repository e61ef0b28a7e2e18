/**
 * Stands in for a role in the tests of role-child.ts. What it does depends on the database name in its start message:
 * a comma-separated list of behaviours. A file named by the user name counts the starts, so that it can do
 * something else the second time.
 */
import { appendFileSync, readFileSync } from "node:fs";

const behaviours = new Set();
let starts = 0;
let reloads;

process.on("message", (message) => {
  if (message.kind === "start") start(message.clickhouse);
  else if (!behaviours.has("deaf")) process.exit(0);
});

process.on("SIGHUP", () => appendFileSync(reloads, "reload\n"));

function start({ database, username }) {
  reloads = `${username}.reloads`;
  appendFileSync(username, `${process.pid}\n`);
  starts = readFileSync(username, "utf8").trim().split("\n").length;
  for (const behaviour of database.split(",")) behaviours.add(behaviour);
  if (behaviours.has("fail")) {
    process.send({ kind: "failed", reason: "the spool is on fire" }, () => process.exit(1));
    return;
  }
  if (behaviours.has("exit")) process.exit(7);
  process.send({ kind: "ready", addresses: ["127.0.0.1:1"] });
  if (behaviours.has("die-twice") && starts <= 2) setTimeout(() => process.exit(3), 50);
}
