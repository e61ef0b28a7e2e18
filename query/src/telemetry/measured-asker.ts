import type { Asker, Cost } from "../clickhouse/ask.ts";
import { ClientGone, QueryError } from "../problem/query-error.ts";
import type { QueryMetrics } from "./metrics.ts";

/** The same asker, with every question counted, timed, and what it made ClickHouse read added up. */
export function measuredAsker(asker: Asker, metrics: QueryMetrics): Asker {
  const measured = async <A extends Measurable>(ask: () => Promise<A>): Promise<A> => {
    const stopTimer = metrics.clickhouseSeconds.startTimer();
    try {
      const answer = await ask();
      metrics.clickhouseQueries.inc({ outcome: answer.cut === true ? "cut" : "ok" });
      metrics.clickhouseRowsRead.inc(answer.cost.rowsRead);
      metrics.clickhouseBytesRead.inc(answer.cost.bytesRead);
      return answer;
    } catch (error) {
      metrics.clickhouseQueries.inc({ outcome: outcomeOf(error) });
      throw error;
    } finally {
      stopTimer();
    }
  };
  return {
    ...asker,
    ask: (question) => measured(() => asker.ask(question)),
    askTable: (question) => measured(() => asker.askTable(question)),
  };
}

interface Measurable {
  readonly cost: Cost;
  readonly cut?: boolean;
}

function outcomeOf(error: unknown): string {
  if (error instanceof ClientGone) return "left";
  return error instanceof QueryError ? error.code : "internal";
}
