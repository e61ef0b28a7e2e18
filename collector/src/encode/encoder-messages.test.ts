import { expect, test } from "vitest";
import { ownedMemory } from "../owned-memory.ts";
import { packJob } from "./encoder-messages.ts";

/** A body that shares its memory with others, as what is cut out of a larger buffer does. */
function sharing(sizeBytes: number) {
  const body = new Uint8Array(sizeBytes + 1_000).subarray(500, 500 + sizeBytes).fill(7);
  return { signal: "logs", encoding: "protobuf", body } as const;
}

const pack = (sizes: readonly number[]) =>
  packJob({ job: 1, receivedAtUnixNano: 0n, memory: [] }, sizes.map(sharing));

test.each([[[100_000, 0]], [[100_000, 8]], [[3, 100_000, 5]], [[200_000, 100_000]]])(
  "of bodies of %j bytes in one memory none is taken for its owner",
  (sizes) => {
    const { message, transfer } = pack(sizes);
    for (const [i, { body }] of message.requests.entries()) {
      expect(body).toEqual(new Uint8Array(sizes[i] ?? 0).fill(7));
      expect(transfer).toContain(body.buffer);
      expect(ownedMemory(body)).toBeUndefined();
    }
  },
);

test("a single copied body is the owner of its copy, which can be given back", () => {
  const body = pack([100_000]).message.requests[0]?.body ?? new Uint8Array();
  expect(ownedMemory(body)).toBe(body.buffer);
});
