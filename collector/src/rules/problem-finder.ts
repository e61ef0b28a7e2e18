/** Errors of a rules file, each with its line, its rule, its key, and what would have been accepted. */
import type { Document, LineCounter } from "yaml";
import { isNode } from "yaml";
import { Value } from "typebox/value";
import { nearestWord } from "./nearest-word.ts";
import { RulesFileSchema } from "./schema.ts";

type Path = readonly (string | number)[];

interface SchemaNode {
  readonly expected?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

/** Says what is wrong where, for one file. */
export class ProblemFinder {
  private readonly document: Document;
  private readonly lines: LineCounter;
  private readonly content: unknown;

  constructor(file: {
    readonly document: Document;
    readonly lines: LineCounter;
    /** The document as plain values. */
    readonly content: unknown;
  }) {
    this.document = file.document;
    this.lines = file.lines;
    this.content = file.content;
  }

  /** What the schema has to say; empty when nothing. */
  structural(): readonly string[] {
    const problems = new Map<string, string>();
    for (const error of Value.Errors(RulesFileSchema, this.content)) {
      const path = toPath(error.instancePath);
      if (error.keyword === "additionalProperties") {
        for (const key of unknownKeys(error.params)) {
          problems.set(JSON.stringify([...path, key]), this.unknownKey(path, key));
        }
      } else if (error.keyword === "required") {
        for (const key of missingKeys(error.params)) {
          problems.set(JSON.stringify([...path, key]), this.at(path, `${key} is missing`));
        }
      } else if (error.keyword !== "boolean" && !problems.has(JSON.stringify(path))) {
        problems.set(JSON.stringify(path), this.unexpected(path));
      }
    }
    return [...problems.values()];
  }

  /** `line 3, filter "quiet": what is wrong` */
  at(path: Path, what: string): string {
    const node = this.nodeAt(path);
    const line = node === undefined ? 1 : this.lines.linePos(node).line;
    const rule = this.ruleAt(path);
    return `line ${line}${rule === undefined ? "" : `, ${rule}`}: ${what}`;
  }

  private unknownKey(path: Path, key: string): string {
    const known = Object.keys(schemaAt(path)?.properties ?? {});
    const nearest = nearestWord(key, known);
    const hint =
      nearest === undefined ? `known are ${known.join(", ")}` : `did you mean ${nearest}?`;
    return this.at([...path, key], `unknown key "${key}"; ${hint}`);
  }

  private unexpected(path: Path): string {
    const value = valueAt(this.content, path);
    const shown = typeof value === "object" ? "" : ` is ${JSON.stringify(value)};`;
    const expected = schemaAt(path)?.expected ?? "something else";
    const words = expected.startsWith("one of ") ? expected.slice(7).split(", ") : [];
    const nearest = typeof value === "string" ? nearestWord(value, words) : undefined;
    const hint = nearest === undefined ? "" : `, did you mean ${nearest}?`;
    const key = path.findLast((part) => typeof part === "string") ?? "the file";
    return this.at(path, `${key}${shown || ":"} expected ${expected}${hint}`);
  }

  private ruleAt(path: Path): string | undefined {
    const index = path.findIndex((part) => typeof part === "number");
    if (index < 0) return undefined;
    const rule = valueAt(this.content, path.slice(0, index + 1));
    const name =
      typeof rule === "object" && rule !== null && "name" in rule ? rule.name : undefined;
    const list = path.slice(0, index).join(".");
    return typeof name === "string"
      ? `rule "${name}"`
      : `${list} number ${Number(path[index]) + 1}`;
  }

  /** The offset of the nearest thing on the way to the path that the file has. */
  private nodeAt(path: Path): number | undefined {
    for (let length = path.length; length >= 0; length--) {
      const node: unknown =
        length === 0 ? this.document.contents : this.document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return undefined;
  }
}

function toPath(pointer: string): Path {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function schemaAt(path: Path): SchemaNode | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of a JSON schema as is looked at
  let schema = RulesFileSchema as SchemaNode | undefined;
  for (const part of path) {
    schema =
      typeof part === "number"
        ? schema?.items
        : (schema?.properties?.[part] ?? Object.values(schema?.patternProperties ?? {})[0]);
  }
  return schema;
}

function valueAt(content: unknown, path: Path): unknown {
  let value = content;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === String(part))?.[1];
  }
  return value;
}

function unknownKeys(params: object): readonly string[] {
  return listIn(params, "additionalProperties");
}

function missingKeys(params: object): readonly string[] {
  return listIn(params, "requiredProperties");
}

function listIn(params: object, name: string): readonly string[] {
  const list: unknown = Object.entries(params).find(([key]) => key === name)?.[1];
  return Array.isArray(list) ? list.map(String) : [];
}
