/** Goal: the exposition is complete from the first scrape and every collector has its own. */
import { expect, test } from "vitest";
import { createCollectorMetrics } from "./metrics.ts";

test("counters of the ledger are present as 0 before anything arrived", async () => {
  const text = await createCollectorMetrics().registry.metrics();
  for (const flow of ["received", "accepted", "spooled", "inserted", "quarantined"]) {
    for (const signal of ["traces", "logs", "metrics"]) {
      expect(text).toContain(`throughline_collector_${flow}_records_total{signal="${signal}"} 0`);
      expect(text).toContain(`throughline_collector_${flow}_bytes_total{signal="${signal}"} 0`);
    }
  }
  expect(text).toContain('throughline_collector_spool_records{signal="logs"} 0');
});

test("every metric carries the prefix and a help text that is a sentence", async () => {
  const all = await createCollectorMetrics().registry.getMetricsAsJSON();
  expect(all.length).toBeGreaterThan(20);
  for (const metric of all) {
    expect(metric.name).toMatch(/^throughline_collector_[a-z_]+$/u);
    expect(metric.help, metric.name).toMatch(/^[A-Z].*\.$/u);
  }
});

test("two collectors in one process do not share a counter", async () => {
  const one = createCollectorMetrics();
  const other = createCollectorMetrics();
  one.received.add("logs", 7, 700);
  expect(await one.registry.metrics()).toContain('received_records_total{signal="logs"} 7');
  expect(await other.registry.metrics()).toContain('received_records_total{signal="logs"} 0');
});

test("CPU time only grows from scrape to scrape", async () => {
  const { registry } = createCollectorMetrics();
  const read = async () =>
    Number(/process_cpu_seconds_total ([\d.e+-]+)/u.exec(await registry.metrics())?.[1]);
  const before = await read();
  for (const end = Date.now() + 30; Date.now() < end;);
  expect(await read()).toBeGreaterThan(before);
});
