/** One rules file, given to the collector and to the SDK: whichever redacts, the same is stored. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { until } from "../product.ts";
import type { Rig } from "./rig.ts";

const HASH_KEY = "0123456789abcdef";
/** As the collector's settings name it; starts without redaction, so that only one of the two does it. */
const OFF = "redaction: { defaults: false }\n";
const RULES = `
filters:
  - { name: noise, drop: { severityBelow: debug } }
redaction:
  rules:
    - { name: mail, detect: email, action: hash }
    - { name: account, detect: iban, keepLast: 3 }
    - { name: customer, keys: ["customer.*"], action: hash }
    - { name: order, matches: 'ORD-[0-9]{6}\\-x', keepLast: 2 }
    - { name: note, keys: [note], action: drop }
    - { name: phone, matches: 'tel [0-9]+', action: drop }
`;
const SECRETS = [
  "4111",
  "hunter2",
  "Ada",
  "ada@example",
  "DE8937",
  "secret@",
  "eHg6eQ",
  "abcdefghijkl",
  "eyJhbGci",
  "AKIAIOS",
  "12345",
  "GB82",
  "k-123",
  "BEGIN RSA",
  "abc def",
  "hello",
  "123456",
];

export interface RulesFile {
  readonly path: string;
  /** What the product is started with. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A file of the calling test file's own, with nothing to redact. */
export function createRulesFile(): RulesFile {
  const folder = mkdtempSync(path.join(tmpdir(), "throughline-e2e-rules-"));
  const file = path.join(folder, "rules.yaml");
  writeFileSync(file, OFF);
  afterAll(() => rmSync(folder, { recursive: true }));
  const environment = { THROUGHLINE_RULES: file, THROUGHLINE_REDACTION_KEY: HASH_KEY };
  return { path: file, environment };
}

export function describeRules(rig: Rig, file: RulesFile): void {
  const version = async (): Promise<number> => {
    const text = await (await fetch(`${rig.product.otlpHttpUrl}/metrics`)).text();
    return Number(/^throughline_collector_rules_version\S* (\d+)/m.exec(text)?.[1]);
  };
  const collectorRules = async (text: string): Promise<void> => {
    const before = await version();
    writeFileSync(file.path, text);
    await until(async () => (await version()) > before, "the collector to take the rules");
  };
  /** All that a rule can reach, as stored. */
  const storedBy = async (app: string, service: string, environment = {}) => {
    const application = rig.start(app, { service, environment });
    expect((await application.ended).code).toBe(0);
    await rig.stored(service, 1, 6);
    const rows = async (query: string): Promise<readonly unknown[]> => {
      const query_params = { service };
      const asked = { query, query_params, format: "JSONEachRow" } as const;
      return (await rig.clickhouse.query(asked)).json();
    };
    const spans = await rows(
      `SELECT SpanName, StatusMessage, SpanAttributes, Events.Name, Events.Attributes
       FROM otel_traces WHERE ServiceName = {service: String}`,
    );
    const logs = await rows(
      `SELECT SeverityText, Body, LogAttributes FROM otel_logs
       WHERE ServiceName = {service: String} ORDER BY Body, SeverityText`,
    );
    expect([spans.length, logs.length]).toEqual([1, 6]);
    return { spans, logs };
  };

  test.each(["payment.mjs", "payment.cjs"])(
    "%s: one rules file, redacted by the SDK or by the collector, is stored as the same",
    async (app) => {
      const own = path.join(path.dirname(file.path), "sdk.yaml");
      writeFileSync(own, RULES);
      const sdkRules = { THROUGHLINE_SDK_REDACT: own, THROUGHLINE_REDACTION_KEY: HASH_KEY };

      await collectorRules(`${OFF}# for ${app}\n`);
      const open = JSON.stringify(await storedBy(app, `open ${app}`));
      for (const secret of SECRETS) expect(open).toContain(secret);
      const bySdk = await storedBy(app, `by SDK ${app}`, sdkRules);
      await collectorRules(RULES);
      const byCollector = await storedBy(app, `by collector ${app}`);
      const byBoth = await storedBy(app, `by both ${app}`, sdkRules);

      expect(bySdk).toEqual(byCollector);
      expect(byBoth).toEqual(byCollector);
      for (const secret of SECRETS) expect(JSON.stringify(byCollector)).not.toContain(secret);
    },
  );
}
