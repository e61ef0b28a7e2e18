/**
 * Shuts the engine's process into its own folders with Linux's Landlock, before ClickHouse's first thread starts.
 *
 * Why: run as a library, ClickHouse follows the rules of a local tool, and its scalar function `file('/path')` reads
 * any file for any user that may SELECT; no grant governs it. In the sandbox there is nothing to read but ClickHouse's
 * own folders and what the system needs, and nothing can be executed.
 */
import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { DataType, load, open } from "ffi-rs";

export interface SandboxFolders {
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

/** Numbers of the system calls; the same on every architecture that has them. */
const CREATE_RULESET = 444;
const ADD_RULE = 445;
const RESTRICT_SELF = 446;
const PR_SET_NO_NEW_PRIVS = 38;
const RULE_PATH_BENEATH = 1;
const ASK_VERSION = 1;

/** Before version 2 nothing may be renamed from one folder into another, which is how parts are made. */
const VERSION_MIN = 2;
const VERSION_WITH_TRUNCATE = 3;

const EXECUTE = 1 << 0;
const WRITE_FILE = 1 << 1;
const READ_FILE = 1 << 2;
const READ_DIR = 1 << 3;
const TRUNCATE = 1 << 14;
/** Everything up to REFER, which is bit 13. */
const ALL_OF_VERSION_2 = (1 << 14) - 1;
/** What a rule about a file, not a folder, may allow. */
const FILE_RIGHTS = WRITE_FILE | READ_FILE | TRUNCATE;

const LIBC = "libc";

/** What the child says on stdout, followed by the answer of `enterSandbox`. */
export const SANDBOX_LINE = "sandbox: ";

/**
 * Figures of the machine and of this process (not of other processes), names, time zones, random numbers, the
 * system's libraries.
 */
const SYSTEM_PATHS: readonly string[] = [
  "/proc/self",
  "/proc/cpuinfo",
  "/proc/diskstats",
  "/proc/loadavg",
  "/proc/meminfo",
  "/proc/stat",
  "/proc/sys",
  "/proc/uptime",
  "/proc/vmstat",
  "/sys",
  "/dev/null",
  "/dev/urandom",
  "/dev/random",
  "/etc/hosts",
  "/etc/resolv.conf",
  "/etc/nsswitch.conf",
  "/etc/localtime",
  "/etc/timezone",
  "/usr/share/zoneinfo",
  "/lib",
  "/lib64",
  "/usr/lib",
  "/usr/lib64",
];

/**
 * Never fails: where the system has no Landlock the engine runs without.
 * @returns `landlock`, or the reason why there is no sandbox
 */
export function enterSandbox(folders: SandboxFolders): string {
  if (process.platform !== "linux") return `none: ${process.platform} has no Landlock`;
  try {
    open({ library: LIBC, path: "libc.so.6" });
    return restrict(folders);
  } catch (error) {
    return `none: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function restrict(folders: SandboxFolders): string {
  const version = systemCall(CREATE_RULESET, [0, 0, ASK_VERSION]);
  if (version < VERSION_MIN) return `none: this kernel's Landlock has version ${version}`;
  const handled = ALL_OF_VERSION_2 | (version >= VERSION_WITH_TRUNCATE ? TRUNCATE : 0);
  const attributes = Buffer.alloc(8);
  attributes.writeUInt32LE(handled, 0);
  const ruleset = systemCall(CREATE_RULESET, [attributes, attributes.length, 0]);
  if (ruleset < 0) return "none: landlock_create_ruleset failed";
  const writable = handled & ~EXECUTE;
  const rules = [
    ...SYSTEM_PATHS.map((path) => ({ path, rights: READ_FILE | READ_DIR })),
    ...folders.readable.map((path) => ({ path, rights: READ_FILE | READ_DIR })),
    ...folders.writable.map((path) => ({ path, rights: writable })),
    { path: "/dev/null", rights: READ_FILE | WRITE_FILE },
  ];
  for (const { path, rights } of rules) {
    if (existsSync(path) && !allow(ruleset, path, rights)) return `none: no rule for ${path}`;
  }
  noNewPrivileges();
  if (systemCall(RESTRICT_SELF, [ruleset, 0, 0]) < 0) {
    return "none: landlock_restrict_self failed";
  }
  closeSync(ruleset);
  return "landlock";
}

function allow(ruleset: number, path: string, rights: number): boolean {
  const descriptor = openSync(path, "r");
  try {
    const rule = Buffer.alloc(12);
    rule.writeUInt32LE(statSync(path).isDirectory() ? rights : rights & FILE_RIGHTS, 0);
    rule.writeInt32LE(descriptor, 8);
    return systemCall(ADD_RULE, [ruleset, RULE_PATH_BENEATH, rule]) >= 0;
  } finally {
    closeSync(descriptor);
  }
}

/** The kernel asks for it before it lets an unprivileged process restrict itself. */
function noNewPrivileges(): void {
  load({
    library: LIBC,
    funcName: "prctl",
    retType: DataType.I32,
    paramsType: [DataType.I32, DataType.I64, DataType.I64, DataType.I64, DataType.I64],
    paramsValue: [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0],
  });
}

/** @returns the result, negative on failure */
function systemCall(number: number, values: readonly (number | Buffer)[]): number {
  return load({
    library: LIBC,
    funcName: "syscall",
    retType: DataType.I64,
    paramsType: [
      DataType.I64,
      ...values.map((value) => (typeof value === "number" ? DataType.I64 : DataType.U8Array)),
      DataType.I64,
    ],
    paramsValue: [number, ...values, 0],
  });
}
