import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";

/**
 * @returns `process 1234 (node server.js)` for the process that listens on a TCP port of this machine, or
 *   `another process` where that cannot be known: no /proc, or the process of another user
 */
export function describePortHolder(port: number): string {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return "another process";
  for (const pid of processIds()) {
    if (!holdsSocket(pid, inodes)) continue;
    const command = commandOf(pid);
    return command === "" ? `process ${pid}` : `process ${pid} (${command})`;
  }
  return "another process";
}

/** @returns whether a listener on host:port could be opened just now */
export async function isPortFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** The state column of /proc/net/tcp for LISTEN. */
const LISTEN = "0A";
const COMMAND_LENGTH_MAX = 80;

function listeningInodes(port: number): ReadonlySet<string> {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const line of readText(table).split("\n").slice(1)) {
      // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTEN && inode !== undefined && local?.split(":")[1] === wanted) {
        inodes.add(inode);
      }
    }
  }
  return inodes;
}

function processIds(): readonly string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // no /proc on this system
  }
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  let descriptors: readonly string[];
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return false; // ended meanwhile, or another user's
  }
  return descriptors.some((descriptor) => {
    const inode = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${descriptor}`))?.[1];
    return inode !== undefined && inodes.has(inode);
  });
}

/** @returns the command line of a process, shortened; empty where it cannot be read */
export function commandOf(pid: number | string): string {
  const words = readText(`/proc/${pid}/cmdline`).split("\0").join(" ").trim();
  return words.length > COMMAND_LENGTH_MAX ? `${words.slice(0, COMMAND_LENGTH_MAX)}…` : words;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // not Linux, or gone
  }
}

function readLink(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return ""; // closed meanwhile
  }
}
