/** What clients of the other APIs ask of tags, in the words of our own search. */
import { type Filter, printFilter } from "../filter/index.ts";
import type { TraceQuery } from "../http/query-params.ts";
import { refuse } from "../http/parse-query.ts";

type TagFilters = Pick<TraceQuery, "attribute" | "q">;

/** As many as our own search takes. */
const ATTRIBUTES_MAX = 10;
const KINDS = ["server", "client", "internal", "producer", "consumer", "unspecified"];

/**
 * Tags that are fields of a span with us become conditions on the fields, all others on attributes; all must hold.
 * @param tags of the parameter `name`
 * @param more conditions that must hold as well
 * @throws QueryError `invalid_parameter` when there are more than ten attributes
 */
export function tagFilters(
  name: string,
  tags: ReadonlyMap<string, string>,
  more: readonly Filter[] = [],
): TagFilters {
  const attribute: string[] = [];
  const filters: Filter[] = [...more];
  for (const [key, text] of tags) {
    const filter = fieldFilter(key, text);
    if (filter === undefined) attribute.push(`${key}=${text}`);
    else filters.push(filter);
  }
  if (attribute.length > ATTRIBUTES_MAX) {
    throw refuse(name, [...tags.keys()].join(", "), `at most ${ATTRIBUTES_MAX} tags`);
  }
  return {
    ...(attribute.length === 0 ? {} : { attribute }),
    ...(filters.length === 0 ? {} : { q: printFilter({ kind: "and", of: filters }) }),
  };
}

function fieldFilter(key: string, text: string): Filter | undefined {
  const lower = text.toLowerCase();
  switch (key) {
    case "error": {
      // A tag of an older sender has the error's text; then it is an attribute.
      if (lower !== "true" && lower !== "false") return undefined;
      const failed = is("status", "error");
      return lower === "true" ? failed : { kind: "not", of: failed };
    }
    case "otel.status_code":
      return ["ok", "error", "unset"].includes(lower) ? is("status", lower) : undefined;
    case "span.kind":
      return KINDS.includes(lower) ? is("kind", lower) : undefined;
    case "otel.scope.name":
    case "otel.library.name":
      return is("scope", text);
    case "otel.scope.version":
    case "otel.library.version":
      return is("scope.version", text);
    default:
      return undefined;
  }
}

function is(name: string, text: string): Filter {
  return { kind: "field", field: { kind: "name", name }, test: { kind: "equals", text } };
}

/** Zipkin's bare word: an annotation that reads so, or a tag with that name. */
export function wordFilter(word: string): Filter {
  if (word === "error") return is("status", "error");
  return {
    kind: "or",
    of: [
      is("event", word),
      {
        kind: "field",
        field: { kind: "key", scope: "any", key: word },
        test: { kind: "exists" },
      },
    ],
  };
}
