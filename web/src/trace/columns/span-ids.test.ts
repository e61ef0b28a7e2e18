/** Goal: every id finds its row, the first of several, and no other text finds any. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { finish } from "../../lib/slices.ts";
import { spanIdSteps } from "./span-ids.ts";

type Given = Parameters<typeof spanIdSteps>[0];

function idsOf(ids: readonly string[]) {
  const isOdd = (id: string) => !/^[0-9a-f]{16}$/.test(id);
  const spanIds = new Uint8Array(
    Buffer.from(ids.map((id) => (isOdd(id) ? "0".repeat(16) : id)).join(""), "hex"),
  );
  const oddSpanIds = ids.flatMap((id, row) => (isOdd(id) ? [[row, id] as const] : []));
  return finish(
    spanIdSteps({
      spanIds,
      about: { spanCount: ids.length, oddSpanIds } as unknown as Given["about"],
    }),
  );
}

const hex = fc.stringMatching(/^[0-9a-f]{16}$/);
const anyId = fc.oneof(
  hex,
  fc.constantFrom("", "odd", "ABCDEF0123456789", "0".repeat(16)),
  fc.string(),
);

test("whatever the ids are, each leads to its first row", () => {
  fc.assert(
    fc.property(
      fc.array(anyId, { maxLength: 60 }),
      fc.array(anyId, { maxLength: 10 }),
      (ids, others) => {
        const found = idsOf(ids);
        const isHex = (id: string) => /^[0-9a-f]{16}$/.test(id);
        for (const id of [...ids, ...others]) {
          const first = isHex(id) ? ids.indexOf(id) : ids.lastIndexOf(id);
          expect(found.rowOf(id)).toBe(first < 0 ? undefined : first);
        }
      },
    ),
  );
});
