/**
 * What many people with the UI open ask for all day: rollups and ids.
 *
 * Of twenty requests eight open a trace, each another one, as ids come from alerts, logs and colleagues. The others are the
 * questions of the UI's pages: services (which every page asks for, to colour them), the page that lists them, the page of one, and
 * the bars over the list of logs, of all and of one service. Services are looked at as unevenly as they are called: the first tenth of
 * them by a third of the people. Ranges are those of the UI, which asks with relative times as they stand in its URL: the last hour
 * for six in ten, a day and a quarter of an hour for one and a half and one; the rest have dragged over a chart and ask for an hour of
 * their own, which nobody else asks for. The order is drawn, the same in every run. So what is asked twice within two seconds is what
 * people happen to look at at once.
 */
import { Random } from "../fill/random.ts";

/** What the mix is made of. */
export interface MixSource {
  /** Each is asked for once. */
  readonly traceIds: readonly string[];
  /** The busiest first. */
  readonly services: readonly string[];
  /** Of the data, in microseconds since 1970. */
  readonly startMicros: number;
  readonly endMicros: number;
}

const HOUR_MICROS = 3_600_000_000;
const SERVICE_SKEW = 2;
const SEED = 20_261_121;

type Path = (given: { readonly range: string; readonly service: string }) => string;

/** With the trace, one path for each of twenty requests. */
const PAGES: readonly Path[] = [
  ...times(3, ({ range }) => `/api/services?${range}`),
  ({ range }) => `/api/services?compare=previous&sparklines=true&${range}`,
  ({ range, service }) => `/api/services/${service}?compare=previous&buckets=60&${range}`,
  ...times(3, ({ range }) => `/api/logs/histogram?${range}`),
  ...times(4, ({ range, service }) => `/api/logs/histogram?service=${service}&${range}`),
];
const TRACES_OF_TWENTY = 8;

/** @returns paths, as many as asked for, in the order in which they are asked */
export function makeMix(source: MixSource, count: number): readonly string[] {
  const random = new Random(SEED);
  let traces = 0;
  return Array.from({ length: count }, () => {
    const drawn = random.below(TRACES_OF_TWENTY + PAGES.length);
    if (drawn < TRACES_OF_TWENTY) {
      const id = source.traceIds[traces++];
      if (id === undefined) throw new Error(`the mix has only ${source.traceIds.length} trace ids`);
      return `/api/traces/${id}`;
    }
    const range = drawRange(random, source);
    const service = random.pick(source.services, SERVICE_SKEW);
    return PAGES[drawn - TRACES_OF_TWENTY]?.({ range, service }) ?? "";
  });
}

function drawRange(random: Random, { startMicros, endMicros }: MixSource): string {
  const drawn = random.next();
  if (drawn < 0.6) return "from=now-1h&to=now";
  if (drawn < 0.75) return "from=now-24h&to=now";
  if (drawn < 0.85) return "from=now-15m&to=now";
  const from = Math.floor(
    startMicros + random.next() * Math.max(0, endMicros - startMicros - HOUR_MICROS),
  );
  return `from=${from}&to=${from + HOUR_MICROS}`;
}

function times(count: number, path: Path): readonly Path[] {
  return Array.from({ length: count }, () => path);
}
