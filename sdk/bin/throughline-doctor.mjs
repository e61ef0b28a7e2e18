#!/usr/bin/env node
// The same as `throughline doctor`, for where another package owns the name `throughline`.
import process from "node:process";
import { runDoctor } from "../dist/doctor/main.js";

process.exitCode = await runDoctor(process.argv.slice(2), {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
});
