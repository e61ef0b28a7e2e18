/** The environments that sent something. */
import { Type, type Static } from "typebox";
import { Meta } from "./meta.ts";

const Attribute = Type.Union(
  [Type.Literal("deployment.environment.name"), Type.Literal("deployment.environment")],
  {
    description: "of the resource; the second is the name of before, which the rollups do not know",
  },
);

/** `GET /api/environments`: most frequent first. */
export const Environments = Type.Object({
  environments: Type.Array(
    Type.Object({
      value: Type.String(),
      attributes: Type.Array(Attribute, { description: "in which of the two it stands" }),
    }),
  ),
  meta: Meta,
});
export type Environments = Static<typeof Environments>;
