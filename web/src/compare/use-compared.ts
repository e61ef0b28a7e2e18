import type { Meta } from "@throughline/query/wire";
import { useMemo } from "react";
import { useTrace } from "../api/queries.ts";
import { TYPICAL_KEYS_MAX, useTypical } from "../api/services.ts";
import { absoluteRange, type TimeRange } from "../lib/time-range.ts";
import { nanosToMs } from "../lib/nanos.ts";
import type { LoadedTrace } from "../trace/load-trace.ts";
import { useUsualEnvironment } from "../trace/use-usual-environment.ts";
import { alignTraces } from "./align.ts";
import { compareRows, compareWithUsual, operationKeys, type ComparedRow } from "./differences.ts";

export type Comparison =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly error: Error; readonly retry: () => void }
  | {
      readonly kind: "compared";
      readonly a: LoadedTrace;
      /** Undefined against what is usual. */
      readonly b: LoadedTrace | undefined;
      readonly rows: readonly ComparedRow[];
      readonly meta: Meta;
      /** When what is usual was counted. */
      readonly usualRange: TimeRange | undefined;
      /** In which; empty for all. */
      readonly usualEnvironment: string;
    };

/** An hour around the trace says what is usual then, not now. */
const USUAL_AROUND_MS = 30 * 60_000;
const MINUTE_MS = 60_000;

function usualRangeOf(trace: LoadedTrace, nowMs: number): TimeRange {
  const at = Math.floor(nanosToMs(trace.model.traceStart) / MINUTE_MS) * MINUTE_MS;
  return absoluteRange(at - USUAL_AROUND_MS, Math.min(at + USUAL_AROUND_MS, nowMs));
}

export function useTwoTraces(traceA: string, traceB: string): Comparison {
  const first = useTrace(traceA);
  const second = useTrace(traceB);
  const [a, b] = [first.data, second.data];
  const rows = useMemo(
    () => (a === undefined || b === undefined ? [] : compareRows(alignTraces(a.model, b.model))),
    [a, b],
  );
  const error = first.error ?? second.error;
  if (a !== undefined && b !== undefined)
    return {
      kind: "compared",
      a,
      b,
      rows,
      meta: sumOf(a.meta, b.meta),
      usualRange: undefined,
      usualEnvironment: "",
    };
  if (error === null) return { kind: "loading" };
  const retry = () => {
    void first.refetch();
    void second.refetch();
  };
  return { kind: "failed", error, retry };
}

const NO_KEYS: readonly string[] = [];

export function useTypicalComparison(traceId: string, nowMs: number): Comparison {
  const query = useTrace(traceId);
  const { data } = query;
  const aligned = useMemo(
    () => (data === undefined ? [] : alignTraces(data.model, data.model)),
    [data],
  );
  const keys = useMemo(
    () => (data === undefined ? NO_KEYS : operationKeys(aligned, TYPICAL_KEYS_MAX)),
    [data, aligned],
  );
  const range = useMemo(
    () => (data === undefined ? { from: "", to: "" } : usualRangeOf(data, nowMs)),
    [data, nowMs],
  );
  const environment = useUsualEnvironment(data?.model);
  const typical = useTypical(range, keys, environment);
  const rows = useMemo(() => compareWithUsual(aligned, typical.data), [aligned, typical.data]);
  const error = query.error ?? typical.error;
  if (data !== undefined && typical.data !== undefined) {
    const meta = sumOf(data.meta, typical.data.meta);
    return {
      kind: "compared",
      a: data,
      b: undefined,
      rows,
      meta,
      usualRange: range,
      usualEnvironment: environment ?? "",
    };
  }
  if (error === null) return { kind: "loading" };
  const retry = () => {
    void query.refetch();
    void typical.refetch();
  };
  return { kind: "failed", error, retry };
}

function sumOf(a: Meta, b: Meta): Meta {
  const reason = a.reason ?? b.reason;
  return {
    elapsedMs: a.elapsedMs + b.elapsedMs,
    rowsRead: a.rowsRead + b.rowsRead,
    bytesRead: a.bytesRead + b.bytesRead,
    complete: a.complete && b.complete,
    ...(reason === undefined ? {} : { reason }),
  };
}
