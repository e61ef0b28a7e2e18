/** Looks once a second at everything while a load runs. */
import type { ClickHouseClient } from "@throughline/schemas";
import { machineSeconds, processSeconds, residentBytes, threadTimes } from "../system/proc.ts";

/** Where a collector's processor time goes. `disk` is libuv's pool: writes, syncs, reads. */
export type Share = "main" | "encode" | "disk" | "other";
export const SHARES: readonly Share[] = ["main", "encode", "disk", "other"];

/** All seconds are processor time since the process started; counters since it started. */
export interface Sample {
  readonly atMs: number;
  readonly collector: Readonly<Record<Share, number>>;
  readonly collectorResidentBytes: number;
  readonly engineSeconds: number;
  readonly engineResidentBytes: number;
  readonly loadSeconds: number;
  readonly machineSeconds: number;
  readonly acceptedRecords: number;
  readonly storedRecords: number;
  readonly activeParts: number;
}

export interface Watched {
  readonly collectorPid: number;
  readonly enginePid: number;
  readonly loadPid: number;
  readonly client: ClickHouseClient;
  readonly table: string;
  /** Since the load process started; so is what a sample says is stored. */
  readonly acceptedRecords: () => number;
  /** Rows that were there before. */
  storedBefore: number;
  /** It answers nothing then, and stores nothing. */
  isEngineStopped: boolean;
}

export async function takeSample(watched: Watched): Promise<Sample> {
  const { storedRecords, activeParts } = watched.isEngineStopped
    ? { storedRecords: watched.storedBefore, activeParts: 0 }
    : await tableState(watched.client, watched.table);
  return {
    atMs: performance.now(),
    collector: collectorSeconds(watched.collectorPid),
    collectorResidentBytes: residentBytes(watched.collectorPid),
    engineSeconds: processSeconds(watched.enginePid),
    engineResidentBytes: residentBytes(watched.enginePid),
    loadSeconds: processSeconds(watched.loadPid),
    machineSeconds: machineSeconds(),
    acceptedRecords: watched.acceptedRecords(),
    storedRecords: storedRecords - watched.storedBefore,
    activeParts,
  };
}

/** By thread name: `encoder` is what the pool calls its workers, `libuv-worker` what Node calls its own. */
function collectorSeconds(pid: number): Readonly<Record<Share, number>> {
  const seconds: Record<Share, number> = { main: 0, encode: 0, disk: 0, other: 0 };
  for (const { name, isMain, seconds: spent } of threadTimes(pid)) {
    if (isMain) seconds.main += spent;
    else if (name.startsWith("encoder")) seconds.encode += spent;
    else if (name.startsWith("libuv")) seconds.disk += spent;
    else seconds.other += spent;
  }
  return seconds;
}

async function tableState(
  client: ClickHouseClient,
  table: string,
): Promise<{ readonly storedRecords: number; readonly activeParts: number }> {
  const result = await client.query({
    query:
      "SELECT toFloat64(sum(rows)) AS rows, toFloat64(count()) AS parts FROM system.parts WHERE active AND database = currentDatabase() AND table = {table: String}",
    query_params: { table },
    format: "JSONEachRow",
    // What the measuring costs must not be measured.
    clickhouse_settings: { log_queries: 0 },
  });
  const [row] = await result.json<{ rows: number; parts: number }>();
  return { storedRecords: row?.rows ?? 0, activeParts: row?.parts ?? 0 };
}

/** Repeats `takeSample` until told to stop; a sample that fails is left out. */
export class Sampler {
  readonly samples: Sample[] = [];
  readonly #watched: Watched;
  #timer: NodeJS.Timeout | undefined;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), 1000);
  }

  async look(): Promise<Sample | undefined> {
    const sample = await takeSample(this.#watched).catch(() => undefined);
    if (sample !== undefined) this.samples.push(sample);
    return sample;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
