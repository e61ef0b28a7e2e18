/** Goal: in a clone, `throughline doctor` is the SDK's doctor. Method: the real command as a child process. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandProcess } from "../testing/command-process.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const DOCTOR = join(ROOT, "sdk/bin/throughline-doctor.mjs");

let folder: string;
let collector: Server;
let env: Record<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "throughline-cli-doctor-"));
  collector = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server has this kind of address
  const { port } = collector.address() as AddressInfo;
  env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  };
});
afterEach(() => {
  collector.close();
  rmSync(folder, { recursive: true });
});

async function doctor(args: readonly string[], cwd: string, variables = env) {
  const command = new CommandProcess(["doctor", ...args], { cwd, env: variables });
  const code = await command.exited();
  return { code, stdout: command.stdout, stderr: command.stderr };
}

test("the installed SDK is asked; its answer, options and exit codes are the command's", async () => {
  const content = await doctor([], ROOT);
  expect(content).toMatchObject({ code: 0, stderr: "" });
  expect(content.stdout).toContain("No problem found.");
  const away = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" };
  const found = await doctor(["--json"], ROOT, away);
  expect(found.code).toBe(1);
  expect(JSON.parse(found.stdout)).toMatchObject({ problems: 1 });
  expect(await doctor(["--nonsense"], ROOT)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("'--nonsense'"),
  });
});

test("an application is watched, by --app and by a command of its own", async () => {
  const app = join(folder, "app.mjs");
  writeFileSync(app, "setTimeout(() => {}, 100);");
  const named = await doctor(["--app", app], ROOT);
  expect(named.stdout).toContain("fix: node --import @throughline/sdk/register ");
  // What follows -- is the application's, --help too.
  const command = await doctor(["--", process.execPath, app, "--help"], ROOT);
  expect(command.stdout).toContain("the SDK did not start in");
});

test("an application's own SDK goes before the one beside the command", async () => {
  const own = join(folder, "node_modules/@throughline/sdk");
  mkdirSync(join(own, "dist/doctor"), { recursive: true });
  mkdirSync(join(own, "bin"));
  cpSync(DOCTOR, join(own, "bin/throughline-doctor.mjs"));
  writeFileSync(
    join(own, "dist/doctor/main.js"),
    "export const runDoctor = async (args, { out }) => (out(`own ${args}`), 0);",
  );
  expect(await doctor(["--json"], folder)).toEqual({ code: 0, stdout: "own --json\n", stderr: "" });
});
