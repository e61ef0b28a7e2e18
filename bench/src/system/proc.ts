/** What the kernel says about processes: Linux's /proc. */
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

/** Linux has reported in hundredths of a second for as long as it has had /proc. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** Seconds of processor time since a thread started, by thread. */
export interface ThreadTime {
  readonly name: string;
  readonly isMain: boolean;
  readonly seconds: number;
}

/** @returns the live threads of a process; empty when it has ended */
export function threadTimes(pid: number): readonly ThreadTime[] {
  const times: ThreadTime[] = [];
  for (const thread of list(`/proc/${pid}/task`)) {
    const stat = read(`/proc/${pid}/task/${thread}/stat`);
    const parsed = parseStat(stat);
    if (parsed !== undefined) times.push({ ...parsed, isMain: Number(thread) === pid });
  }
  return times;
}

/** @returns seconds of processor time of the whole process, threads that have ended included */
export function processSeconds(pid: number): number {
  return parseStat(read(`/proc/${pid}/stat`))?.seconds ?? 0;
}

export function residentBytes(pid: number): number {
  return Number(read(`/proc/${pid}/statm`).split(" ")[1] ?? 0) * PAGE_BYTES;
}

/** @returns seconds that all processors together have spent working since the machine started */
export function machineSeconds(): number {
  const [line = ""] = read("/proc/stat").split("\n");
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / TICKS_PER_SECOND;
}

/** For the head of a result: what was it measured on? */
export function describeMachine(): string {
  const model = cpus()[0]?.model ?? "unknown processor";
  const load = read("/proc/loadavg").split(" ").slice(0, 3).join(" ");
  return `${availableParallelism()} x ${model}, node ${process.versions.node}, load average before ${load}`;
}

/** The name is in parentheses and may hold anything, parentheses included. */
function parseStat(stat: string): { readonly name: string; readonly seconds: number } | undefined {
  const close = stat.lastIndexOf(")");
  if (close < 0) return undefined;
  const fields = stat.slice(close + 2).split(" ");
  const ticks = Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
  return { name: stat.slice(stat.indexOf("(") + 1, close), seconds: ticks / TICKS_PER_SECOND };
}

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    // A process or thread that ended between two looks.
    return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
