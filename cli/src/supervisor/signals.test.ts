/** Goal: SIGHUP stops what was started in a terminal that is gone, and nothing else. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { onSignals } from "./signals.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

let said: string[];
let before: Map<NodeJS.Signals, NodeJS.SignalsListener[]>;
beforeEach(() => {
  said = [];
  before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
});
afterEach(() => {
  for (const [signal, listeners] of before) {
    for (const added of process.listeners(signal).filter((one) => !listeners.includes(one))) {
      process.off(signal, added);
    }
  }
});

function listen(terminal: () => boolean): void {
  const say = (word: string) => () => void said.push(word);
  onSignals({ stop: say("stop"), kill: say("kill"), reload: say("reload") }, terminal);
}

/** The listeners alone: those of the test runner would end it. */
function signal(name: NodeJS.Signals): void {
  const ours = process.listeners(name).filter((one) => !before.get(name)?.includes(one));
  for (const listener of ours) listener(name);
}

test("without a terminal SIGHUP reloads, as often as it comes", () => {
  listen(() => false);
  signal("SIGHUP");
  signal("SIGHUP");
  expect(said).toEqual(["reload", "reload"]);
});

test("with a terminal that is still there SIGHUP reloads; with one that is gone it stops", () => {
  let isThere = true;
  listen(() => isThere);
  signal("SIGHUP");
  isThere = false;
  signal("SIGHUP");
  expect(said).toEqual(["reload", "stop"]);
});

test("one key press that comes in twice stops once", () => {
  listen(() => true);
  signal("SIGINT");
  signal("SIGTERM");
  expect(said).toEqual(["stop"]);
});
