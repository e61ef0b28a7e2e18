/** What questions ask for: things that are in the data, other ones in every round, the same ones in every run. */
import { readFileSync } from "node:fs";
import type { ClickHouseClient } from "@throughline/schemas";
import { blockOf, planFill } from "../fill/plan.ts";
import type { MixSource } from "./mix.ts";
import type { Manifest } from "../fill/manifest.ts";
import { Random } from "../fill/random.ts";
import { makeRoutes } from "../fill/routes.ts";
import { makeServices } from "../fill/services.ts";

interface Sample {
  readonly traceId: string;
  readonly spanId: string;
  readonly requestId: string;
}

/** The values that a URL is made with in one round. */
export interface Arguments extends Sample {
  /** The whole range: `from=…&to=…`. */
  readonly day: string;
  /** An hour of it. */
  readonly hour: string;
  /** One of the services; those with much traffic come up as often as others. */
  readonly service: string;
  /** Of a route's spans: served by that service. */
  readonly operation: string;
  readonly userId: string;
  readonly tenantId: string;
  /** A word that about one record of a million has. */
  readonly rareWord: string;
  /** A word of one of the texts that services log all day. */
  readonly word: string;
}

export interface ArgumentSource {
  /** Of the data: what `now` is taken for. */
  readonly endMicros: number;
  /** @param traces how many of them at most */
  mix(traces: number): Promise<MixSource>;
  /** The range that is filled densely, in words. */
  readonly range: string;
  at(round: number): Arguments;
}

const SAMPLES = 400;
const HOUR_MICROS = 3_600_000_000;
const WORDS = [
  "declined",
  "timeout",
  "refund",
  "coupon",
  "carrier",
  "retrying",
  "deprecated",
  "rejected",
];

export async function readArguments(
  client: ClickHouseClient,
  manifest: Manifest,
): Promise<ArgumentSource> {
  const services = makeServices(manifest.seed);
  const routes = makeRoutes(services, manifest.seed);
  const endMicros = manifest.endMicros;
  const startMicros = denseStart(manifest, routes);
  const draw = async <Row>(file: string, count: number): Promise<readonly Row[]> => {
    const result = await client.query({
      query: readFileSync(new URL(file, import.meta.url), "utf8"),
      query_params: {
        from: Math.ceil(startMicros / 1e6),
        to: Math.floor(endMicros / 1e6),
        samples: count,
      },
      format: "JSONEachRow",
    });
    return result.json<Row>();
  };
  const samples = await draw<Sample>("samples.sql", SAMPLES);
  const withRequest = samples.filter(({ requestId }) => requestId !== "");
  const served = routes.filter(({ kind }) => kind === "Server");
  return {
    range: `${new Date(startMicros / 1000).toISOString()} to ${new Date(endMicros / 1000).toISOString()}`,
    endMicros,
    mix: async (traces) => {
      const drawn = await draw<Pick<Sample, "traceId">>("trace-ids.sql", traces);
      return {
        traceIds: drawn.map(({ traceId }) => traceId),
        services: services.map(({ name }) => name),
        startMicros,
        endMicros,
      };
    },
    at: (round) => {
      const random = new Random(round * 7919 + 1);
      const { traceId, spanId } = random.pick(samples);
      const { requestId } = random.pick(withRequest);
      const hourStart =
        startMicros + random.next() * Math.max(0, endMicros - startMicros - HOUR_MICROS);
      const { name, service } = random.pick(served);
      return {
        traceId,
        spanId,
        requestId,
        day: rangeText(startMicros, endMicros),
        hour: rangeText(hourStart, Math.min(endMicros, hourStart + HOUR_MICROS)),
        service: services[service]?.name ?? "",
        operation: name,
        userId: String(Math.floor(100_000 * random.next() ** 1.5)),
        tenantId: String(Math.floor(2_000 * random.next() ** 2)),
        rareWord: `E${String(random.below(100_000)).padStart(5, "0")}`,
        word: random.pick(WORDS),
      };
    },
  };
}

/** The blocks up to the newest without a gap; at most the last day. */
function denseStart(manifest: Manifest, routes: Parameters<typeof planFill>[0]): number {
  const plan = planFill(routes, manifest.sizes, manifest.blockSpans);
  const done = new Set(manifest.done);
  let first = plan.blocks;
  while (first > 0 && done.has(first - 1)) first -= 1;
  const { startMicros } = blockOf(plan, manifest.endMicros, Math.min(first, plan.blocks - 1));
  return Math.max(startMicros, manifest.endMicros - 24 * HOUR_MICROS);
}

function rangeText(fromMicros: number, toMicros: number): string {
  return `from=${Math.round(fromMicros)}000&to=${Math.round(toMicros)}000`;
}
