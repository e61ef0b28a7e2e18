// Looks right and is wrong: imports are hoisted, so pino is there before start() runs.
import { start } from "@throughline/sdk";
import pino from "pino";

start();
pino().info("not correlated");
