/**
 * Real servers of Debian's packages (postgresql, mariadb-server, redis-server), each on a free port with a data folder
 * of its own. Where a program is missing the test is skipped and says which package has it.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export interface StoreServer {
  readonly url: string;
  stop(): Promise<void>;
}

const START_MS_MAX = 30_000;

/** The full path of a program, or undefined; Debian keeps PostgreSQL's and some daemons out of the PATH. */
export function findProgram(name: string): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian)
    ? readdirSync(debian).map((version) => `${debian}/${version}/bin`)
    : [];
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", ...versions];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

export async function startRedis(): Promise<StoreServer> {
  const folder = dataFolder();
  const port = await freePort();
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  return running(program("redis-server"), args, { folder, port, url: `redis://127.0.0.1:${port}` });
}

export async function startPostgres(): Promise<StoreServer> {
  const folder = dataFolder();
  const port = await freePort();
  // PostgreSQL refuses to run as root; its package has made a user for it.
  const user = process.getuid?.() === 0 ? idsOf("postgres") : undefined;
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const quiet = { ...user, stdio: "ignore" } as const;
  execFileSync(
    program("initdb"),
    ["-D", folder, "-U", "throughline", "-A", "trust", "--no-sync"],
    quiet,
  );
  const args = ["-D", folder, "-p", `${port}`, "-h", "127.0.0.1", "-k", folder, "-F"];
  const url = `postgres://throughline@127.0.0.1:${port}/postgres`;
  return running(program("postgres"), args, { folder, port, url, ...user });
}

export async function startMariadb(): Promise<StoreServer> {
  const folder = dataFolder();
  const port = await freePort();
  const user = `--user=${process.getuid?.() === 0 ? "root" : (process.env["USER"] ?? "")}`;
  const install = [
    "--no-defaults",
    `--datadir=${folder}`,
    user,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
  ];
  execFileSync(program("mariadb-install-db"), install, { stdio: "ignore" });
  const args = [
    "--no-defaults",
    `--datadir=${folder}`,
    user,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    `--socket=${folder}/socket`,
  ];
  return running(program("mariadbd"), args, {
    folder,
    port,
    url: `mysql://root@127.0.0.1:${port}/mysql`,
  });
}

interface Running {
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  readonly uid?: number;
  readonly gid?: number;
}

async function running(path: string, args: readonly string[], how: Running): Promise<StoreServer> {
  const { folder, port, url, ...user } = how;
  const child = spawn(path, args, { stdio: "ignore", cwd: folder, ...user });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answers(port, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function answers(port: number, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_MS_MAX;
  while (performance.now() < deadline && child.exitCode === null) {
    if (await canConnect(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${child.spawnfile} did not listen within ${START_MS_MAX} ms`);
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function program(name: string): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  return path;
}

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "throughline-store-"));
  chmodSync(folder, 0o700);
  return folder;
}

function idsOf(user: string): { readonly uid: number; readonly gid: number } {
  const ask = (flag: string): number => Number(execFileSync("id", [flag, user]).toString());
  return { uid: ask("-u"), gid: ask("-g") };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
