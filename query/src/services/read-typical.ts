/** How long operations usually take, for the ticks beside the bars of a trace. */
import { Type } from "typebox";
import { rowDecoder } from "../clickhouse/ask.ts";
import type { Searcher } from "../search/searcher.ts";
import { type TimeRange, rollupSeconds } from "../search/time-range.ts";
import type { TypicalDurations } from "../wire.ts";
import { roundOutward, toUnixNano } from "./cells.ts";
import { FIGURE_COLUMNS, toFigures } from "./figures.ts";
import { SERVICE_SQL } from "./red-question.ts";

export interface OperationKey {
  readonly service: string;
  readonly operation: string;
  readonly kind: string;
}

const typicalRows = rowDecoder(
  Type.Object({
    service: Type.String(),
    operation: Type.String(),
    kind: Type.String(),
    requests: FIGURE_COLUMNS.requests,
    quantiles: FIGURE_COLUMNS.quantiles,
  }),
);

interface TypicalQuestion {
  readonly keys: readonly OperationKey[];
  readonly range: TimeRange;
  /** `deployment.environment.name`; undefined for all. */
  readonly environment: string | undefined;
}

/** @returns in the order asked, also those that have no spans in the range */
export async function readTypical(
  searcher: Searcher,
  question: TypicalQuestion,
  signal: AbortSignal,
): Promise<TypicalDurations> {
  const started = performance.now();
  const { keys } = question;
  const range = roundOutward(question.range, 60);
  const answer = await searcher.asker.ask({
    sql: SERVICE_SQL.typical,
    params: {
      services: keys.map((key) => key.service),
      operations: keys.map((key) => key.operation),
      kinds: keys.map((key) => key.kind),
      from_seconds: rollupSeconds(range.from),
      to_seconds: rollupSeconds(range.to),
      environment: question.environment ?? "",
    },
    rows: typicalRows,
    signal,
  });
  const found = new Map(answer.rows.map((row) => [idOf(row), row]));
  return {
    operations: keys.map((key) => {
      const row = found.get(idOf(key));
      const figures = toFigures(
        row === undefined ? undefined : { ...row, errors: "0", durationSum: "0" },
      );
      const { requests, p50Nano, p95Nano } = figures;
      return { ...key, requests, p50Nano, p95Nano };
    }),
    fromUnixNano: toUnixNano(range.from),
    toUnixNano: toUnixNano(range.to),
    meta: {
      elapsedMs: performance.now() - started,
      rowsRead: answer.cost.rowsRead,
      bytesRead: answer.cost.bytesRead,
      complete: true,
    },
  };
}

function idOf(key: OperationKey): string {
  return JSON.stringify([key.service, key.operation, key.kind]);
}
