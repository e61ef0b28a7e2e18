import { Metadata } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { classifyExportError } from "./outcome.ts";

function failure(code?: number): Error {
  return Object.assign(new Error("said the server"), code === undefined ? {} : { code });
}

test.each([
  [undefined, "unavailable"],
  [14, "unavailable"],
  [8, "refused"],
  [4, "unavailable"],
  [3, "refused"],
  [16, "refused"],
  [12, "refused"],
  [429, "unavailable"],
  [503, "unavailable"],
  [400, "refused"],
  [404, "refused"],
])("code %s means %s", (code, kind) => {
  expect(classifyExportError(failure(code)).kind).toBe(kind);
});

/** google.rpc.Status { code: 8, details: [ RetryInfo { retry_delay: { seconds: 2, nanos: 500_000_000 } } ] } */
function statusWithRetryInfo(): Buffer {
  const field = (number: number, bytes: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  const duration = Buffer.from([0x08, 2, 0x10, 0x80, 0xca, 0xb5, 0xee, 0x01]);
  const any = Buffer.concat([
    field(1, Buffer.from("type.googleapis.com/google.rpc.RetryInfo")),
    field(2, field(1, duration)),
  ]);
  return Buffer.concat([Buffer.from([0x08, 8]), field(3, any)]);
}

test("RESOURCE_EXHAUSTED with RetryInfo is a pause of the server's choice", () => {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", statusWithRetryInfo());
  const error = Object.assign(new Error("slow down"), { code: 8, metadata });
  expect(classifyExportError(error)).toEqual({
    kind: "unavailable",
    reason: "slow down",
    retryAfterMs: 2_500,
  });
});

test("details that are not what they claim to be ask for no pause", () => {
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", statusWithRetryInfo().subarray(0, 30));
  const error = Object.assign(new Error("away"), { code: 14, metadata });
  expect(classifyExportError(error)).toEqual({ kind: "unavailable", reason: "away" });
});
