/** Goal: a text has one id, whatever was added and taken back meanwhile. Method: random histories against a Map. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ColumnHarness, SEED } from "../testing/column-harness.ts";
import { Dictionary } from "./dictionary.ts";

type Step =
  | { readonly kind: "add"; readonly text: string }
  | { readonly kind: "mark" | "rollback" };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      text: fc.oneof(
        fc.nat({ max: 400 }).map((n) => `key ${n}`),
        fc.string({ maxLength: 3 }),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("mark" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rollback" as const) }) },
);

test("ids are those of a map from text to its place, after any history of marks and rollbacks", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: "max" }), fc.nat(), (steps, guess) => {
      const harness = new ColumnHarness();
      const dictionary = new Dictionary(harness.arena, SEED);
      let model = new Map<string, number>();
      let marked = new Map<string, number>();
      for (const one of steps) {
        if (one.kind === "add") {
          if (!model.has(one.text)) model.set(one.text, model.size);
          const id = dictionary.idNear(guess % 50, ...harness.put(one.text));
          expect(id).toBe(model.get(one.text));
        } else if (one.kind === "mark") {
          dictionary.mark();
          marked = new Map(model);
        } else {
          dictionary.rollback();
          model = new Map(marked);
        }
        expect(dictionary.count).toBe(model.size);
      }
    }),
    { numRuns: 60 },
  );
});
