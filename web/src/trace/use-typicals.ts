import { useMemo } from "react";
import { useTypical } from "../api/services.ts";
import type { TraceIndex } from "./trace-index.ts";
import { typicalKeys, typicalRange, type Typical, type Typicals } from "./typical.ts";

/**
 * Empty until it is known, and where it cannot be known: the trace is whole without it.
 * @param environment as `useUsualEnvironment` gives it
 */
export function useTypicals(index: TraceIndex, environment: string | undefined): Typicals {
  const keys = useMemo(() => typicalKeys(index), [index]);
  const range = useMemo(() => typicalRange(index), [index]);
  const { data } = useTypical(range, keys, environment);
  return useMemo(() => {
    const typicals = new Map<string, Typical>();
    for (const { service, operation, kind, requests, p50Nano, p95Nano } of data?.operations ?? [])
      if (p50Nano !== null && p95Nano !== null)
        typicals.set(JSON.stringify([service, operation, kind]), {
          requests,
          p50Ns: Number(p50Nano),
          p95Ns: Number(p95Nano),
        });
    return typicals;
  }, [data]);
}
