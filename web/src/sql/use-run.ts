import type { SqlRows } from "@throughline/query/wire";
import { useCallback, useEffect, useRef, useState } from "react";
import { runSql } from "../api/sql.ts";
import type { TimeRange } from "../lib/time-range.ts";

/** What was asked. */
interface Asked {
  readonly sql: string;
  readonly range: TimeRange;
}

export type Run =
  | { readonly kind: "none" }
  | (Asked & { readonly kind: "running" })
  | (Asked & { readonly kind: "done"; readonly rows: SqlRows })
  | (Asked & { readonly kind: "failed"; readonly error: Error });

export interface Runner {
  readonly run: Run;
  readonly start: (sql: string, range: TimeRange) => void;
  /** Ends the statement, in ClickHouse too. */
  readonly cancel: () => void;
}

/** One statement at a time: a new one ends the one before. */
export function useRun(): Runner {
  const [run, setRun] = useState<Run>({ kind: "none" });
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = useCallback((sql: string, range: TimeRange) => {
    running.current?.abort();
    const own = new AbortController();
    running.current = own;
    setRun({ kind: "running", sql, range });
    runSql({ sql, ...range }, own.signal).then(
      (rows) => setRun({ kind: "done", sql, range, rows }),
      (error: unknown) => {
        if (own.signal.aborted) return;
        setRun({
          kind: "failed",
          sql,
          range,
          error: error instanceof Error ? error : new Error(String(error)),
        });
      },
    );
  }, []);
  const cancel = useCallback(() => {
    running.current?.abort();
    setRun({ kind: "none" });
  }, []);
  return { run, start, cancel };
}
