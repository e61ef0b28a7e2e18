#!/usr/bin/env node
// `npx throughline doctor` for whoever installed @throughline/sdk. The other commands of that name are the collector's.
import process from "node:process";

const [command, ...args] = process.argv.slice(2);
if (command === "doctor") {
  const { runDoctor } = await import("../dist/doctor/main.js");
  process.exitCode = await runDoctor(args, {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
  });
} else {
  const asked =
    command === undefined
      ? ""
      : `${command} is a command of the Throughline server, not of its SDK.\n`;
  process.stderr.write(
    `${asked}usage: throughline doctor [--app FILE]   (throughline doctor --help says more)\n`,
  );
  process.exitCode = 2;
}
