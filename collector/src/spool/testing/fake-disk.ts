/**
 * A disk in memory that forgets like a real one.
 *
 * A file has synced bytes and a list of writes since. A crash keeps, per write and per sector of 512 bytes, what
 * its random source says, and drops the rest. Names behave likewise: creations, renames and removals since the
 * directory's last sync survive up to a random point, in order, as in a journal.
 */
import { dirname } from "node:path";
import type { Disk, DiskFile, OpenMode } from "../disk.ts";

const SECTOR_BYTES = 512;

interface Inode {
  synced: Buffer;
  unsynced: { readonly position: number; readonly bytes: Buffer }[];
  /** After a failed sync nothing written before it can be made durable any more. */
  poisoned: boolean;
}

type NameChange = (names: Map<string, Inode>) => void;

/** What goes wrong next; each entry is used up by one operation. */
export interface Faults {
  /** Writes that store only so many bytes and say so. */
  shortWrites: number[];
  failingWrites: number;
  failingSyncs: number;
  failingDirectorySyncs: number;
}

export class FakeDisk implements Disk {
  readonly faults: Faults = {
    shortWrites: [],
    failingWrites: 0,
    failingSyncs: 0,
    failingDirectorySyncs: 0,
  };
  /** Bytes that all files together may hold. */
  capacityBytes = Infinity;
  /** What a write beyond it fails with. */
  fullCode: "ENOSPC" | "EDQUOT" | "EFBIG" = "ENOSPC";
  #names = new Map<string, Inode>();
  #syncedNames = new Map<string, Inode>();
  #changes: { readonly directory: string; readonly apply: NameChange }[] = [];
  /** Counts power cuts: a descriptor of an earlier life does nothing any more. */
  #life = 0;
  /** Descriptors that were written or synced again after a failed sync: the spool must never do that. */
  misuses = 0;

  /** @param keep whether the next unsynced sector, or name change, reaches the disk */
  crash(keep: () => boolean): void {
    this.#life += 1;
    for (const inode of new Set([...this.#names.values(), ...this.#syncedNames.values()])) {
      for (const { position, bytes } of inode.unsynced) {
        inode.synced = keepSectors(inode.synced, position, bytes, keep);
      }
      inode.unsynced = [];
      inode.poisoned = false;
    }
    for (const { apply } of this.#changes) {
      if (!keep()) break;
      apply(this.#syncedNames);
    }
    this.#names = new Map(this.#syncedNames);
    this.#changes = [];
  }

  /** The process dies, the machine does not: nothing written is lost. */
  kill(): void {
    this.#life += 1;
  }

  /** The disk as one process sees it: after its end nothing it still tries has an effect. */
  mount(): Disk {
    const life = this.#life;
    const alive = () => {
      if (life !== this.#life) throw systemError("EBADF", "a process of an earlier life");
    };
    return {
      makeDirectory: async () => alive(),
      list: async (directory) => (alive(), this.list(directory)),
      open: async (path, mode) => (alive(), this.open(path, mode)),
      rename: async (from, to) => (alive(), this.rename(from, to)),
      remove: async (path) => (alive(), this.remove(path)),
      syncDirectory: async (path) => (alive(), this.syncDirectory(path)),
    };
  }

  flipBit(path: string, position: number): void {
    const inode = this.#inode(path);
    const index = position % Math.max(inode.synced.length, 1);
    inode.synced[index] = (inode.synced[index] ?? 0) ^ 1;
  }

  paths(): string[] {
    return [...this.#names.keys()].toSorted();
  }

  makeDirectory(): Promise<void> {
    return Promise.resolve();
  }

  list(directory: string): Promise<readonly string[]> {
    const here = this.paths().filter((path) => dirname(path) === directory);
    return Promise.resolve(here.map((path) => path.slice(directory.length + 1)));
  }

  async open(path: string, mode: OpenMode): Promise<DiskFile> {
    const exists = this.#names.has(path);
    if (mode === "create" && exists) throw systemError("EEXIST", path);
    if ((mode === "update" || mode === "read") && !exists) throw systemError("ENOENT", path);
    if (mode === "create" || mode === "replace") {
      const inode: Inode = { synced: Buffer.alloc(0), unsynced: [], poisoned: false };
      this.#change(path, (names) => names.set(path, inode));
    }
    return this.#file(this.#inode(path));
  }

  async rename(from: string, to: string): Promise<void> {
    const inode = this.#inode(from);
    this.#change(to, (names) => {
      if (names.get(from) === inode) names.delete(from);
      names.set(to, inode);
    });
  }

  async remove(path: string): Promise<void> {
    this.#inode(path);
    this.#change(path, (names) => names.delete(path));
  }

  async syncDirectory(path: string): Promise<void> {
    if (this.faults.failingDirectorySyncs > 0) {
      this.faults.failingDirectorySyncs -= 1;
      throw systemError("EIO", path);
    }
    // One journal for all directories: syncing one commits what came before in all of them.
    for (const { apply } of this.#changes) apply(this.#syncedNames);
    this.#changes = [];
  }

  #change(path: string, apply: NameChange): void {
    apply(this.#names);
    this.#changes.push({ directory: dirname(path), apply });
  }

  #inode(path: string): Inode {
    const inode = this.#names.get(path);
    if (inode === undefined) throw systemError("ENOENT", path);
    return inode;
  }

  #usedBytes(): number {
    let bytes = 0;
    for (const inode of this.#names.values()) bytes += contents(inode).length;
    return bytes;
  }

  #file(inode: Inode): DiskFile {
    const life = this.#life;
    const alive = () => {
      if (life !== this.#life) throw systemError("EBADF", "a descriptor of an earlier life");
    };
    return {
      write: async (buffers, position) => {
        alive();
        if (inode.poisoned) this.misuses += 1;
        return this.#write(inode, Buffer.concat(buffers), position);
      },
      writeSynced: async (buffers, position) => {
        alive();
        if (inode.poisoned) this.misuses += 1;
        const bytes = Buffer.concat(buffers);
        const count = this.#write(inode, bytes, position);
        this.#failSync(inode);
        settle(inode, position, bytes.subarray(0, count));
        return count;
      },
      read: async (target, position) => {
        alive();
        const bytes = contents(inode);
        return position < bytes.length ? bytes.copy(target, 0, position) : 0;
      },
      sync: async () => {
        alive();
        if (inode.poisoned) this.misuses += 1;
        this.#sync(inode);
      },
      sizeBytes: async () => contents(inode).length,
      close: async () => {
        // A new descriptor starts clean: what the failed one wrote was given up with it.
        inode.poisoned = false;
      },
    };
  }

  #write(inode: Inode, bytes: Buffer, position: number): number {
    if (this.faults.failingWrites > 0) {
      this.faults.failingWrites -= 1;
      inode.unsynced.push({ position, bytes: bytes.subarray(0, bytes.length >> 1) });
      throw systemError("EIO", "write");
    }
    const growth = position + bytes.length - contents(inode).length;
    if (growth > 0 && this.#usedBytes() + growth > this.capacityBytes) {
      throw systemError(this.fullCode, "no space left on device");
    }
    const short = this.faults.shortWrites.shift();
    const written = short === undefined ? bytes : bytes.subarray(0, Math.max(1, short));
    inode.unsynced.push({ position, bytes: Buffer.from(written) });
    return written.length;
  }

  #sync(inode: Inode): void {
    this.#failSync(inode);
    inode.synced = contents(inode);
    inode.unsynced = [];
  }

  #failSync(inode: Inode): void {
    if (this.faults.failingSyncs > 0) {
      this.faults.failingSyncs -= 1;
      inode.poisoned = true;
      throw systemError("EIO", "fdatasync");
    }
  }
}

/** The last write is durable, those before it are not: whatever a crash keeps of them lies under it. */
function settle(inode: Inode, position: number, bytes: Buffer): void {
  inode.unsynced.pop();
  for (const earlier of inode.unsynced) {
    const from = Math.max(position, earlier.position);
    const to = Math.min(position + bytes.length, earlier.position + earlier.bytes.length);
    if (from < to)
      bytes.copy(earlier.bytes, from - earlier.position, from - position, to - position);
  }
  inode.synced = overwrite(inode.synced, { position, bytes });
}

function contents(inode: Inode): Buffer {
  return inode.unsynced.reduce((bytes, write) => overwrite(bytes, write), inode.synced);
}

function overwrite(
  bytes: Buffer,
  write: { readonly position: number; readonly bytes: Buffer },
): Buffer {
  const length = Math.max(bytes.length, write.position + write.bytes.length);
  const result = Buffer.alloc(length);
  bytes.copy(result);
  write.bytes.copy(result, write.position);
  return result;
}

function keepSectors(synced: Buffer, position: number, bytes: Buffer, keep: () => boolean): Buffer {
  let result = synced;
  for (let offset = 0; offset < bytes.length;) {
    const end = Math.min(
      bytes.length,
      offset + SECTOR_BYTES - ((position + offset) % SECTOR_BYTES),
    );
    if (keep()) {
      const piece = { position: position + offset, bytes: bytes.subarray(offset, end) };
      result = overwrite(result, piece);
    }
    offset = end;
  }
  return result;
}

function systemError(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code });
}
