/**
 * The query strings of other APIs. They are not checked against a schema: their clients send parameters that a server of theirs
 * passes over. What is read is refused by name where it cannot be.
 */
import { must, refuse } from "../http/parse-query.ts";
import { type Parsed, invalid, value } from "../params/result.ts";

const TEXT_LENGTH_MAX = 4_000;
/** Digits and more than any parameter here means. */
const WHOLE_NUMBER = /^\d{1,18}$/;

export class QueryValues {
  readonly #values: Readonly<Record<string, unknown>>;

  /** @param query as Fastify parses it: a text, or a list of them where a name was repeated */
  constructor(query: unknown) {
    this.#values = typeof query === "object" && query !== null ? { ...query } : {};
  }

  /** The first given under any of the names; empty counts as not given. */
  text(...names: readonly [string, ...string[]]): string | undefined {
    return this.#named(names)?.text;
  }

  /** Every value given under the name, the empty ones left out. */
  texts(name: string): readonly string[] {
    const given = this.#values[name];
    const list: readonly unknown[] = Array.isArray(given) ? given : [given];
    const texts = list.filter((each) => typeof each === "string" && each !== "");
    for (const text of texts) bounded(name, String(text));
    return texts.map(String);
  }

  /** A whole number, 0 to `max`. */
  whole(max: number, ...names: readonly [string, ...string[]]): number | undefined {
    return this.#read(names, (text) =>
      WHOLE_NUMBER.test(text) && Number(text) <= max
        ? value(Number(text))
        : invalid(`a whole number from 0 to ${max}`),
    );
  }

  /** A count of units, as nanoseconds. */
  nanos(unitNanos: bigint, ...names: readonly [string, ...string[]]): bigint | undefined {
    return this.#read(names, (text) =>
      WHOLE_NUMBER.test(text) ? value(BigInt(text) * unitNanos) : invalid("a whole number"),
    );
  }

  flag(...names: readonly [string, ...string[]]): boolean | undefined {
    return this.#read(names, (text) => {
      if (["true", "1", "t"].includes(text.toLowerCase())) return value(true);
      return ["false", "0", "f"].includes(text.toLowerCase())
        ? value(false)
        : invalid("true or false");
    });
  }

  /** `{"key":"value"}`, whose values may be numbers and booleans. */
  textMap(...names: readonly [string, ...string[]]): ReadonlyMap<string, string> {
    return this.#read(names, parseTextMap) ?? new Map();
  }

  /** Read by a parser of ours. */
  parsed<T>(
    parse: (text: string) => Parsed<T>,
    ...names: readonly [string, ...string[]]
  ): T | undefined {
    return this.#read(names, parse);
  }

  /** @throws QueryError when one of the names was given */
  unsupported(why: string, ...names: readonly [string, ...string[]]): void {
    const given = this.#named(names);
    if (given !== undefined) throw refuse(given.name, given.text, `none: ${why}`);
  }

  #read<T>(names: readonly string[], parse: (text: string) => Parsed<T>): T | undefined {
    const given = this.#named(names);
    return given === undefined ? undefined : must(given.name, given.text, parse(given.text));
  }

  #named(names: readonly string[]): { readonly name: string; readonly text: string } | undefined {
    for (const name of names) {
      const [text] = this.texts(name);
      if (text !== undefined) return { name, text };
    }
    return undefined;
  }
}

function bounded(name: string, text: string): void {
  if (text.length > TEXT_LENGTH_MAX) {
    throw refuse(name, text, `at most ${TEXT_LENGTH_MAX} characters`);
  }
}

const MAP_EXPECTED = 'a JSON object of texts, such as {"http.route":"/pay"}';

function parseTextMap(text: string): Parsed<ReadonlyMap<string, string>> {
  const entries = new Map<string, string>();
  const parsed = parseJson(text);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return invalid(MAP_EXPECTED);
  }
  for (const [key, each] of Object.entries(parsed)) {
    if (key === "" || !["string", "number", "boolean"].includes(typeof each)) {
      return invalid(MAP_EXPECTED);
    }
    entries.set(key, String(each));
  }
  return value(entries);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 1 to 32 hex digits, any case, zeros on the left of a shorter one: 64-bit ids are stored that way. */
export function parsePaddedTraceId(text: string): Parsed<string> {
  return /^[0-9a-fA-F]{1,32}$/.test(text)
    ? value(text.toLowerCase().padStart(32, "0"))
    : invalid("a trace id of 1 to 32 hex digits");
}
