/** `GET /api/v2/traces`: the parameters of Zipkin's search, as our own search takes them. */
import { refuse } from "../../http/parse-query.ts";
import type { TraceQuery } from "../../http/query-params.ts";
import { NANOS_PER_MILLISECOND } from "../../params/nanos.ts";
import { tagFilters, wordFilter } from "../tag-filters.ts";
import type { QueryValues } from "../query-values.ts";

const LIMIT_DEFAULT = 10;
const LIMIT_MAX = 1_000_000;
const MICROSECOND = 1_000n;
const DAY = 86_400_000_000_000n;

export interface ZipkinSearch {
  readonly query: TraceQuery;
  readonly limit: number;
}

/** @throws QueryError `invalid_parameter` */
export function readZipkinSearch(values: QueryValues, now: bigint): ZipkinSearch {
  const { from, to } = readLookback(values, now);
  const { tags, words } = parseAnnotationQuery(values.text("annotationQuery") ?? "");
  const remote = values.text("remoteServiceName");
  if (remote !== undefined) tags.set("peer.service", remote);
  const service = values.text("serviceName");
  const operation = values.text("spanName");
  const minDuration = values.nanos(MICROSECOND, "minDuration");
  const maxDuration = values.nanos(MICROSECOND, "maxDuration");
  return {
    query: {
      ...(service === undefined ? {} : { service }),
      // Zipkin's UI asks for all of them by this name.
      ...(operation === undefined || operation === "all" ? {} : { operation }),
      ...(minDuration === undefined ? {} : { minDuration: String(minDuration) }),
      ...(maxDuration === undefined ? {} : { maxDuration: String(maxDuration) }),
      ...tagFilters("annotationQuery", tags, words.map(wordFilter)),
      from: from.toString().padStart(19, "0"),
      to: to.toString().padStart(19, "0"),
    },
    limit: values.whole(LIMIT_MAX, "limit") ?? LIMIT_DEFAULT,
  };
}

/** `endTs` and `lookback`, milliseconds; default the last day. */
export function readLookback(
  values: QueryValues,
  now: bigint,
): { readonly from: bigint; readonly to: bigint } {
  const to = values.nanos(NANOS_PER_MILLISECOND, "endTs") ?? now;
  const lookback = values.nanos(NANOS_PER_MILLISECOND, "lookback") ?? DAY;
  if (lookback === 0n) throw refuse("lookback", "0", "more than 0 ms");
  return { from: lookback > to ? 0n : to - lookback, to };
}

interface AnnotationQuery {
  readonly tags: Map<string, string>;
  /** Names of tags, or annotations. */
  readonly words: readonly string[];
}

/** `http.path=/pay and error`: all must hold of one span. The first `=` ends a tag's name. */
function parseAnnotationQuery(text: string): AnnotationQuery {
  const tags = new Map<string, string>();
  const words: string[] = [];
  for (const part of text.split(" and ").map((each) => each.trim())) {
    const split = part.indexOf("=");
    if (split > 0) tags.set(part.slice(0, split), part.slice(split + 1));
    else if (part !== "") words.push(part);
  }
  return { tags, words };
}
