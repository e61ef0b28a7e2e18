/**
 * Goal: a spool that an earlier version of the program left is read, checked and inserted under the tokens that it had then.
 * Method: the bytes of a file that was written in format version 1, and what that program said of it.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { nodeDisk } from "./disk.ts";
import { segmentChecks } from "./segment-checks.ts";
import { block, bodyOf, openTestSpool } from "./testing/test-spool.ts";

const ID = "000000003b9aca000101010101010101";
const TOKEN = `otel_logs/${ID}/b3fc696c`;
const VERSION_1 = gunzipSync(
  Buffer.from(
    "H4sIAAAAAAACA+3RMUvDQBQH8Bd1ULu4uoU3Rzgcz0lBcQhGbAZBSrkmZxq83EnvVEIpuIld3HV2EHH2C5QORej3cZLg1cHV0fdbHvz5P97w0rh9nCTxegAA4+nrFABg53EGgXfdBBvwY4i2LLRQyFGZwmKETvSURI7GSdX1WS5q5NuMMRZhZtRVpS3yM0zLSlonqkuMcM/kNXYiLLWVA9eWzpW6sMiHKGyts+53jhwZjkZACCGEEEIIIYSQP0jjgxP2ML9dA4DPavK8yJf9NFqGPWWyi6Y4Pty9bwHAe/32EfjCip9C56HQxvXloKm+JFubTfVufhov+cpixZyHrl/aMBd1Gu8fdZ5aN7/Prv7Xf3wBf2brwZARAAA=",
    "base64",
  ),
);
const BODY = "one blockand anotherof this day";

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true });
});

function spoolWith(bytes: Uint8Array): string {
  const directory = mkdtempSync(join(tmpdir(), "throughline-spool-"));
  directories.push(directory);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, `${ID}.seg`), bytes);
  return directory;
}

test("a segment of version 1 comes back whole, under the token it had", async () => {
  const { spool, sealed } = await openTestSpool({
    disk: nodeDisk,
    directory: spoolWith(VERSION_1),
  });
  expect(sealed).toHaveLength(1);
  expect(sealed[0]).toMatchObject({ id: ID, rows: 8, deduplicationToken: TOKEN, inDoubt: false });
  expect(await bodyOf(sealed[0]!)).toBe(BODY);
  await spool.close();
});

test("one that was open when its process ended is cut in its own version, and marked in it", async () => {
  const endAt = VERSION_1.lastIndexOf("TLEN");
  const directory = spoolWith(Buffer.concat([VERSION_1.subarray(0, endAt), Buffer.alloc(200)]));
  const first = await openTestSpool({ disk: nodeDisk, directory });
  expect(first.sealed[0]).toMatchObject({ rows: 8, deduplicationToken: TOKEN });
  const written = readFileSync(join(directory, `${ID}.seg`));
  expect(written.subarray(endAt, endAt + 32)).toEqual(VERSION_1.subarray(endAt, endAt + 32));
  await first.sealed[0]?.markSent();
  await first.spool.close();
  const second = await openTestSpool({ disk: nodeDisk, directory });
  expect(second.sealed[0]).toMatchObject({ deduplicationToken: TOKEN, inDoubt: true });
  expect(await bodyOf(second.sealed[0]!)).toBe(BODY);
  await second.spool.close();
});

test("a flipped bit is found in either version", async () => {
  const flipped = Buffer.from(VERSION_1);
  flipped[flipped.indexOf("another")]! ^= 4;
  const old = await openTestSpool({ disk: nodeDisk, directory: spoolWith(flipped) });
  expect(old.sealed[0]).toMatchObject({ rows: 4 });
  await old.spool.close();

  const directory = spoolWith(new Uint8Array(0));
  const first = await openTestSpool({ disk: nodeDisk, directory });
  await first.spool.append([block("kept"), block("another"), block("kept too")]);
  await first.spool.close();
  const path = join(directory, `${first.sealed[0]?.id}.seg`);
  const bytes = readFileSync(path);
  expect(bytes.readUInt32LE(8)).toBe(2);
  bytes[bytes.indexOf("another")]! ^= 4;
  writeFileSync(path, bytes);
  const second = await openTestSpool({ disk: nodeDisk, directory });
  expect(await bodyOf(second.sealed[0]!)).toBe("keptkept too");
  await second.spool.close();
});

test("a version that this program does not know is kept aside, not guessed at", async () => {
  const newer = Buffer.from(VERSION_1);
  newer.writeUInt32LE(3, 8);
  const { spool, sealed } = await openTestSpool({ disk: nodeDisk, directory: spoolWith(newer) });
  expect(sealed).toHaveLength(0);
  expect(spool.status().segmentsQuarantined).toBe(1);
  await spool.close();
});

test("version 2 is CRC-32C: the check value of its standard", () => {
  const { checksum } = segmentChecks(ID, 2);
  expect(checksum(Buffer.from("123456789"), 0)).toBe(0xe3_06_92_83);
  expect(checksum(Buffer.from("56789"), checksum(Buffer.from("1234"), 0))).toBe(0xe3_06_92_83);
});
