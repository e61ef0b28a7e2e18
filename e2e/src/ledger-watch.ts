import { setTimeout as sleep } from "node:timers/promises";

export interface LedgerWatch {
  /** Scrapes that were answered. */
  readonly scrapes: number;
  /** Sentences about sums that did not balance; empty when all did. */
  readonly faults: readonly string[];
  stop(): Promise<void>;
}

const SIGNALS = ["traces", "logs", "metrics"] as const;

/** Scrapes `/metrics` again and again, and checks the collector's ledger each time; between lives it waits. */
export function watchLedger(otlpHttpUrl: string, pauseMs = 20): LedgerWatch {
  const stopping = new AbortController();
  const faults: string[] = [];
  let scrapes = 0;
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const text = await scrape(otlpHttpUrl);
      if (text !== undefined) {
        scrapes += 1;
        if (faults.length < 20) faults.push(...findFaults(text));
      }
      await sleep(pauseMs);
    }
  })();
  return {
    get scrapes() {
      return scrapes;
    },
    faults,
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

async function scrape(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/metrics`);
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined; // Killed.
  }
}

/** @returns one sentence per sum that does not balance */
function findFaults(metricsText: string): readonly string[] {
  const values = parse(metricsText);
  return SIGNALS.flatMap((signal) => {
    const sum = (name: string) => values.get(`${name}/${signal}`) ?? 0;
    const faults: string[] = [];
    const balance = (left: readonly string[], right: readonly string[]): void => {
      const [a, b] = [left, right].map((names) => names.reduce((n, name) => n + sum(name), 0));
      if (a !== b) {
        const show = (names: readonly string[]) => names.map((n) => `${n} ${sum(n)}`).join(" + ");
        faults.push(`${signal}: ${show(left)} is not ${show(right)}`);
      }
    };
    balance(
      ["received_records_total"],
      ["accepted_records_total", "rejected_records_total", "dropped_by_rule_records_total"],
    );
    balance(["received_bytes_total"], ["accepted_bytes_total", "rejected_bytes_total"]);
    for (const unit of ["records", "bytes"]) {
      balance(
        [`spooled_${unit}_total`, `recovered_${unit}_total`, `replayed_${unit}_total`],
        [
          `inserted_${unit}_total`,
          `quarantined_${unit}_total`,
          unit === "records" ? "spool_records" : "spool_block_bytes",
        ],
      );
    }
    // What is acknowledged was synced before.
    if (sum("accepted_records_total") > sum("spooled_records_total")) {
      faults.push(`${signal}: more accepted than spooled`);
    }
    return faults;
  });
}

/** Values by name and signal, summed over all other labels. */
function parse(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split("\n")) {
    const match = /^throughline_collector_(\w+)\{.*signal="(\w+)".*\} (\S+)/.exec(line);
    if (match === null) continue;
    const key = `${match[1]}/${match[2]}`;
    values.set(key, (values.get(key) ?? 0) + Number(match[3]));
  }
  return values;
}
