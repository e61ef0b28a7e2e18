/**
 * The process's memory and CPU, read only when somebody scrapes. prom-client's own default metrics are not
 * used: they keep a 10 ms timer and a GC observer running, and an idle service should be idle.
 */
import { Counter, Gauge, type Registry } from "prom-client";

/** Adds `<prefix>process_…` series to the registry. */
export function registerProcessMetrics(registry: Registry, prefix: string): void {
  const registers = [registry];
  // Registered by their constructors; `collect` runs at each scrape with the metric as `this`.
  void new Gauge({
    name: `${prefix}process_resident_memory_bytes`,
    help: "Resident memory of the query process.",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  void new Gauge({
    name: `${prefix}process_start_time_seconds`,
    help: "When the process started, in seconds since 1970-01-01 UTC.",
    registers,
    collect() {
      this.set(Math.round(Date.now() / 1000 - process.uptime()));
    },
  });
  void new Counter({
    name: `${prefix}process_cpu_seconds_total`,
    help: "CPU time of the query process, user and system.",
    registers,
    collect() {
      const usage = process.cpuUsage();
      this.reset();
      this.inc((usage.user + usage.system) / 1e6);
    },
  });
}
