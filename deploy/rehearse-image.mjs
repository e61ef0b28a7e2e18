/**
 * Carries out the steps of the Dockerfile without Docker: each stage becomes a temporary folder, each COPY a copy (of
 * what is committed or staged, which is what a clean clone would send), each npm RUN is run there. Then starts the
 * product from the last stage's folder as the image would, asks its health check, and stops it. Says what it could
 * not do: the base image, and RUN steps that need root.
 *
 *   node deploy/rehearse-image.mjs           needs the Node that the image has (24) and npm; minutes, and about 2 GB
 */
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseDockerfile } from "../cli/src/deployment/dockerfile.ts";

const root = path.dirname(import.meta.dirname);
const scratch = mkdtempSync(path.join(tmpdir(), "throughline-image-"));
const READY_WITHIN_MS = 90_000;

try {
  const context = exportContext();
  const stages = parseDockerfile(readFileSync(path.join(root, "deploy/Dockerfile"), "utf8"));
  const folders = new Map();
  for (const [index, stage] of stages.entries()) {
    const folder = path.join(scratch, `stage-${index}-${stage.name || "image"}`);
    mkdirSync(folder);
    folders.set(stage.name, folder);
    say(`stage ${stage.name || "(the image)"}`);
    for (const instruction of stage.instructions)
      carryOut(instruction, { folder, folders, context });
  }
  await tryImage(folders.get(""));
  say("rehearsed: every COPY, every npm RUN, a start, the health check, a stop");
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** What git knows of, in a folder of its own; .dockerignore lists nothing that git has and the image needs. */
function exportContext() {
  const folder = path.join(scratch, "context");
  const listed = run("git", ["ls-files", "-z"], root, "pipe").stdout.split("\0").filter(Boolean);
  for (const file of listed) {
    const source = path.join(root, file);
    if (!existsSync(source)) continue;
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    cpSync(source, path.join(folder, file));
  }
  return folder;
}

function carryOut(instruction, { folder, folders, context }) {
  if (instruction.kind === "copy") {
    for (const source of instruction.sources)
      copy(source, instruction, { folder, folders, context });
  } else if (instruction.kind === "run" && instruction.command.startsWith("npm ")) {
    say(`  ${instruction.command}`);
    run("npm", instruction.command.split(/\s+/).slice(1), folder, "inherit");
  } else if (instruction.kind === "run") {
    say(`  not done here: ${instruction.command}`);
  }
}

/** As Docker: a folder's contents go into the target; several sources, or a target with a slash, mean a folder. */
function copy(source, { from, sources, target }, { folder, folders, context }) {
  const origin =
    from === undefined
      ? path.join(context, source)
      : path.join(folders.get(from), path.relative("/app", source));
  const intoFolder = statSync(origin).isFile() && (sources.length > 1 || target.endsWith("/"));
  const destination = intoFolder
    ? path.join(folder, target, path.basename(source))
    : path.join(folder, target);
  cpSync(origin, destination, { recursive: true, verbatimSymlinks: true });
}

async function tryImage(folder) {
  const [http, grpc, otlp, clickhouseHttp, clickhouseTcp] = await freePorts(5);
  const environment = {
    ...process.env,
    NODE_ENV: "production",
    THROUGHLINE_DATA_DIR: path.join(scratch, "data"),
    THROUGHLINE_HTTP_PORT: http,
    THROUGHLINE_OTLP_GRPC_PORT: grpc,
    THROUGHLINE_OTLP_HTTP_PORT: otlp,
    THROUGHLINE_CLICKHOUSE_HTTP_PORT: clickhouseHttp,
    THROUGHLINE_CLICKHOUSE_TCP_PORT: clickhouseTcp,
  };
  const product = spawn(process.execPath, ["cli/src/main.ts", "start"], {
    cwd: folder,
    env: environment,
    stdio: "inherit",
  });
  const ended = once(product, "exit");
  const deadline = performance.now() + READY_WITHIN_MS;
  while (!isWell(folder, environment)) {
    if (product.exitCode !== null || performance.now() > deadline)
      throw new Error("the product did not become well");
    await sleep(500);
  }
  const page = await fetch(`http://127.0.0.1:${http}/`);
  if (!page.ok || !(await page.text()).includes("<script"))
    throw new Error("the web UI is not served");
  product.kill("SIGTERM");
  const [code] = await ended;
  if (code !== 0) throw new Error(`the product ended with ${code}`);
}

function isWell(folder, environment) {
  const check = spawnSync(process.execPath, ["deploy/healthcheck.mjs"], {
    cwd: folder,
    env: environment,
  });
  return check.status === 0;
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  return servers.map((server) => {
    const { port } = server.address();
    server.close();
    return String(port);
  });
}

function run(program, args, cwd, stdout) {
  const result = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", stdout, "inherit"],
  });
  if (result.status !== 0) throw new Error(`${program} ${args.join(" ")} failed in ${cwd}`);
  return result;
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
