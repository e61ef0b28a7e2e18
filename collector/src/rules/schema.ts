/**
 * The rules file, as one schema. `expected` is what an error says would have been accepted; docs/rules.md explains every
 * key. The file is made into a RuleSet by `parse-rules.ts`.
 */
import { Type, type Static, type TSchema } from "typebox";
import { ATTRIBUTE_LEVELS, DETECTORS } from "../process/rule-set.ts";

/** Gives a schema the words for its error message. */
function explained<Schema extends TSchema>(expected: string, schema: Schema): Schema {
  return Object.assign(schema, { expected });
}

const strict = { additionalProperties: false } as const;

export const SEVERITIES = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export const STATUSES = ["unset", "ok", "error"] as const;

const text = explained("a text", Type.String({ minLength: 1, maxLength: 4096 }));
const texts = explained("a list of texts", Type.Array(text, { minItems: 1, maxItems: 1000 }));
const name = explained(
  "a name of letters, digits, - and _",
  Type.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$" }),
);
const yesOrNo = explained("true or false", Type.Boolean());

const textTest = explained(
  "one of equals: TEXT, oneOf: [TEXT, …], matches: EXPRESSION, exists: true",
  Type.Object(
    {
      equals: Type.Optional(text),
      oneOf: Type.Optional(texts),
      matches: Type.Optional(text),
      exists: Type.Optional(yesOrNo),
    },
    { ...strict, minProperties: 1, maxProperties: 1 },
  ),
);

const severity = explained(`one of ${SEVERITIES.join(", ")}`, Type.Enum([...SEVERITIES]));

const condition = explained(
  "at least one condition",
  Type.Object(
    {
      services: Type.Optional(texts),
      severityBelow: Type.Optional(severity),
      severityAtLeast: Type.Optional(severity),
      status: Type.Optional(explained(`one of ${STATUSES.join(", ")}`, Type.Enum([...STATUSES]))),
      spanName: Type.Optional(textTest),
      metricName: Type.Optional(textTest),
      body: Type.Optional(textTest),
      attributes: Type.Optional(
        explained("attribute keys, each with a test", Type.Record(Type.String(), textTest)),
      ),
    },
    { ...strict, minProperties: 1 },
  ),
);

const signal = explained("traces, logs or metrics", Type.Enum(["traces", "logs", "metrics"]));
const sampledSignal = explained("traces or logs", Type.Enum(["traces", "logs"]));

const filter = explained(
  "a filter",
  Type.Object(
    {
      name,
      signals: Type.Optional(Type.Array(signal, { minItems: 1 })),
      drop: condition,
      unless: Type.Optional(condition),
    },
    strict,
  ),
);

const sampling = explained(
  "a sampling rule",
  Type.Object(
    {
      name,
      signals: Type.Optional(Type.Array(sampledSignal, { minItems: 1 })),
      keepPercent: explained("a number from 0 to 100", Type.Number({ minimum: 0, maximum: 100 })),
      withoutTraceId: Type.Optional(explained("keep or sample", Type.Enum(["keep", "sample"]))),
      when: Type.Optional(condition),
      unless: Type.Optional(condition),
    },
    strict,
  ),
);

const levels = explained(
  `a list of ${ATTRIBUTE_LEVELS.join(", ")}`,
  Type.Array(Type.Enum([...ATTRIBUTE_LEVELS]), { minItems: 1 }),
);

const attribute = explained(
  "an attribute rule",
  Type.Object(
    {
      name,
      on: Type.Optional(levels),
      drop: Type.Optional(texts),
      rename: Type.Optional(
        explained("from: KEY and to: KEY", Type.Object({ from: text, to: text }, strict)),
      ),
      add: Type.Optional(
        explained(
          "key: KEY and value: TEXT",
          Type.Object(
            {
              key: text,
              value: Type.String({ maxLength: 4096 }),
              overwrite: Type.Optional(yesOrNo),
            },
            strict,
          ),
        ),
      ),
    },
    strict,
  ),
);

const redactionRule = explained(
  "a redaction rule",
  Type.Object(
    {
      name,
      detect: Type.Optional(explained(`one of ${DETECTORS.join(", ")}`, Type.Enum([...DETECTORS]))),
      keys: Type.Optional(texts),
      matches: Type.Optional(text),
      action: Type.Optional(explained("mask, drop or hash", Type.Enum(["mask", "drop", "hash"]))),
      keepLast: Type.Optional(
        explained("a whole number from 0 to 8", Type.Integer({ minimum: 0, maximum: 8 })),
      ),
    },
    strict,
  ),
);

export const RulesFileSchema = explained(
  "the keys filters, sampling, attributes and redaction",
  Type.Object(
    {
      filters: Type.Optional(explained("a list of filters", Type.Array(filter, { maxItems: 200 }))),
      sampling: Type.Optional(
        explained("a list of sampling rules", Type.Array(sampling, { maxItems: 200 })),
      ),
      attributes: Type.Optional(
        explained("a list of attribute rules", Type.Array(attribute, { maxItems: 200 })),
      ),
      redaction: Type.Optional(
        explained(
          "the keys defaults and rules",
          Type.Object(
            {
              defaults: Type.Optional(yesOrNo),
              rules: Type.Optional(
                explained(
                  "a list of redaction rules",
                  Type.Array(redactionRule, { maxItems: 200 }),
                ),
              ),
            },
            strict,
          ),
        ),
      ),
    },
    strict,
  ),
);
export type RulesFile = Static<typeof RulesFileSchema>;

export type ConditionFile = Static<typeof condition>;
export type TextTestFile = Static<typeof textTest>;
export type AttributeFile = Static<typeof attribute>;
export type RedactionFile = Static<typeof redactionRule>;
