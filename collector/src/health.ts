import type { Health } from "./contract.ts";
import type { Inserter } from "./insert/inserter.ts";
import type { SpoolLimits } from "./limits.ts";
import type { Spool } from "./spool/spool.ts";

export interface HealthSources {
  readonly spool: Pick<Spool, "status">;
  readonly inserter: Pick<Inserter, "server" | "awayMs" | "retrying" | "stalledMs">;
  readonly limits: SpoolLimits;
}

/** Ready means: export requests are acknowledged. With ClickHouse away they still are, and the report says so. */
export function createHealth({ spool, inserter, limits }: HealthSources): Health {
  return () => {
    const { problem, segmentsUnreadable, ...status } = spool.status();
    const clickhouse = inserter.server;
    const problems: string[] = [];
    if (!status.writable) problems.push(`Export requests are refused: ${problem}.`);
    if (!clickhouse.reachable) {
      const seconds = Math.round(inserter.awayMs / 1000);
      problems.push(
        `ClickHouse has not taken data for ${seconds} s; what arrives waits in the spool. ${clickhouse.message}`,
      );
    }
    const { retrying, stalledMs } = inserter;
    if (stalledMs > 0) {
      problems.push(
        `An INSERT has been under way for ${Math.round(stalledMs / 1000)} s: ClickHouse is slow or hangs; what arrives waits in the spool.`,
      );
    }
    if (clickhouse.reachable && retrying.segments > 0) {
      problems.push(
        `ClickHouse did not take ${retrying.segments} segment(s), which are tried again. ${retrying.message}`,
      );
    }
    if (status.segmentsQuarantined > 0) {
      problems.push(
        `${status.segmentsQuarantined} segment(s) are in quarantine; \`throughline quarantine list\` says why.`,
      );
    }
    if (segmentsUnreadable > 0) {
      problems.push(
        `${segmentsUnreadable} segment file(s) in the spool could not be read; see the log, mend the disk and start again.`,
      );
    }
    return {
      ready: status.writable,
      problems,
      spool: { ...status, maxBytes: limits.spoolMaxBytes },
      clickhouse,
    };
  };
}
