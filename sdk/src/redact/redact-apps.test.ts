/** Goal: what rules name does not leave the process, in spans nor in logs. Method: as register.test.ts. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { appTest, type AppSuite } from "../testing/app-suite.ts";

const SECRETS = ["4111 1111", "4111-1111", "hunter2", "ada@example", "k-123", "abcdefgh12345678"];

function everythingReceived(suite: AppSuite): string {
  const { spans, logs } = suite.receiver;
  return JSON.stringify([spans, logs]);
}

for (const file of ["secrets.mjs", "secrets.cjs"]) {
  appTest.concurrent(
    `${file}: THROUGHLINE_SDK_REDACT=default masks names, cards, mail, tokens; the printed lines stay`,
    async ({ suite }) => {
      const result = await suite.run(file, { THROUGHLINE_SDK_REDACT: "default" }).ended;
      expect(result).toMatchObject({ code: 0, stderr: "" });
      for (const secret of SECRETS) expect(everythingReceived(suite)).not.toContain(secret);
      expect(suite.logWith("paid with [card] by [email]").attributes).toMatchObject({
        customer: { email: "[email]", apiKey: "[secret]" },
        order: 4_111_111_111_111_112,
      });
      expect(result.stdout).toContain("4111-1111-1111-1111");
      const [server] = suite.receiver.spans.filter(({ kind }) => kind === 2);
      expect(server).toMatchObject({
        attributes: { "card.number": "[card]", "db.password": "[secret]" },
        eventNames: ["exception"],
      });
    },
  );
}

appTest.concurrent("nothing is redacted unless asked for", async ({ suite }) => {
  await suite.run("secrets.mjs").ended;
  for (const secret of ["4111 1111", "hunter2", "k-123"]) {
    expect(everythingReceived(suite)).toContain(secret);
  }
});

appTest.concurrent(
  "rules that cannot be read are named, and the preset protects in their place",
  async ({ suite }) => {
    const result = await suite.run("secrets.cjs", { THROUGHLINE_SDK_REDACT: '{"rules":[{}]}' })
      .ended;
    expect(result.stderr).toContain("rules[0] has none of keys, detect, pattern");
    expect(everythingReceived(suite)).not.toContain("hunter2");
  },
);

appTest.concurrent("the collector's rules file, in YAML, is obeyed", async ({ suite }) => {
  const folder = mkdtempSync(join(tmpdir(), "throughline-rules-"));
  const file = join(folder, "rules.yaml");
  writeFileSync(file, "redaction:\n  rules:\n    - { name: mail, detect: email, action: hash }\n");
  const result = await suite.run("secrets.mjs", {
    THROUGHLINE_SDK_REDACT: file,
    THROUGHLINE_REDACTION_KEY: "0123456789abcdef",
  }).ended;
  rmSync(folder, { recursive: true });
  expect(result).toMatchObject({ code: 0, stderr: "" });
  for (const secret of SECRETS) expect(everythingReceived(suite)).not.toContain(secret);
  expect(suite.logWith("paid with ***1111 by hmac:").attributes).toMatchObject({
    customer: { email: expect.stringMatching(/^hmac:[0-9a-f]{16}$/), apiKey: "***" },
  });
});

appTest.concurrent(
  "what only the collector does is named once, by the first process, and the rest of the file is obeyed",
  async ({ suite }) => {
    const folder = mkdtempSync(join(tmpdir(), "throughline-rules-"));
    const file = join(folder, "rules.yaml");
    const rules = [
      "filters: [{ name: noise, drop: { severityBelow: fatal } }, { name: x, drop: { services: [x] } }]",
      "sampling: [{ name: few, keepPercent: 1 }]",
      "attributes: []",
      "redaction: { rules: [{ name: all-lines, matches: 'in a worker|main|forked' }] }",
    ];
    writeFileSync(file, rules.join("\n"));
    const result = await suite.run("workers.mjs", { THROUGHLINE_SDK_REDACT: file }).ended;
    rmSync(folder, { recursive: true });
    expect(result.stderr).toBe(
      `[throughline] THROUGHLINE_SDK_REDACT: 2 filters, 1 sampling rule of ${file}: left to the collector, redaction is done here\n`,
    );
    expect(suite.receiver.logs.map(({ body }) => body)).toEqual(["***", "***", "***"]);
  },
);
