/**
 * Goal: an empty installation says how to send data, sees the first of it come, and why what was sent did not. Method: a fresh
 * product, a real Chromium in both themes, then one span and one log as a user's application would send them, and some as it
 * should not.
 */
import { once } from "node:events";
import { connect as connectTls } from "node:tls";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityViolations } from "./axe.ts";
import { chromiumPath, launchChromium, openPage, screenshot } from "./browser.ts";
import { startProduct, type Product } from "./product.ts";
import { sendOtlp } from "./send-otlp.ts";

const WIDE = { width: 1440, height: 900 };
const IDS = { traceId: "5e70".repeat(8), spanId: "5e70".repeat(4) };

let product: Product;
let browser: Browser;

beforeAll(async () => {
  product = await startProduct();
  if (chromiumPath !== undefined) browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await product?.dispose();
});

const NOW_NS = `${Date.now()}000000`;

const span = () => ({
  ...IDS,
  name: "first",
  kind: 2,
  startTimeUnixNano: NOW_NS,
  endTimeUnixNano: NOW_NS,
});
const log = () => ({
  ...IDS,
  timeUnixNano: NOW_NS,
  severityNumber: 9,
  body: { stringValue: "hello" },
});

/** A sender with the wrong settings, over and over. @returns what each of its refusals is called, and the words it was told */
async function refuseInEveryWay(): Promise<readonly (readonly [string, string])[]> {
  const post = (path: string, body: string) =>
    fetch(`${product.otlpHttpUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
  const malformed = await post("/v1/logs", '{"resourceLogs":1}');
  const { message }: { message: string } = JSON.parse(await malformed.text());
  expect(message).not.toBe("");
  const shortId = { ...span(), traceId: "5e70" };
  const partly = await post(
    "/v1/traces",
    JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [shortId, span()] }] }] }),
  );
  const { partialSuccess }: { partialSuccess: { errorMessage: string } } = JSON.parse(
    await partly.text(),
  );
  expect(partialSuccess.errorMessage).not.toBe("");
  await post("/v1/trace", "{}");
  const { hostname, port } = new URL(product.otlpGrpcUrl);
  // gRPC's default in most languages: TLS, unless told otherwise.
  await once(connectTls({ host: hostname, port: Number(port) }), "error");
  return [
    ["1 request with logs over HTTP", message],
    ["1 span over HTTP", partialSuccess.errorMessage],
    ["1 request over HTTP", "Nothing is at POST /v1/trace."],
    ["1 connection over gRPC", `Port ${port} speaks no TLS`],
  ];
}

describe.skipIf(chromiumPath === undefined)("the page of an empty installation", () => {
  test("is where it lands, names this host, and ticks when the first span and log are stored", async () => {
    const light = await openPage(browser, { theme: "light", ...WIDE });
    const dark = await openPage(browser, { theme: "dark", width: 1024, height: 700 });
    const opened = [
      { ...light, name: "light-1440" },
      { ...dark, name: "dark-1024" },
    ];
    for (const { page } of opened) {
      await page.goto(product.uiUrl);
      await page.waitForURL("**/setup");
      await page.getByText("Waiting for the first trace").waitFor();
      await page.getByText("Waiting for the first log").waitFor();
      expect(await accessibilityViolations(page)).toEqual([]);
      const shown = await page.getByRole("group", { name: "How to send data" }).innerText();
      expect(shown).toContain(new URL(product.otlpGrpcUrl).port);
      expect(shown).toContain(new URL(product.otlpHttpUrl).port);
    }
    await sendOtlp(product, "/v1/traces", {
      resourceSpans: [{ scopeSpans: [{ spans: [span()] }] }],
    });
    for (const { page } of opened) {
      await page.getByText("First trace received").waitFor();
      await page.getByText("Waiting for the first log").waitFor();
    }
    await sendOtlp(product, "/v1/logs", {
      resourceLogs: [{ scopeLogs: [{ logRecords: [log()] }] }],
    });
    for (const { page, name, problems } of opened) {
      await page.getByText("First log received").waitFor();
      await screenshot(page, `setup-${name}`);
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.getByRole("link", { name: "Open traces" }).click();
      await page.getByTestId("trace-row").waitFor();
      expect(problems).toEqual([]);
      await page.context().close();
    }
  });

  test("says why what was sent is not there, whichever way it was refused", async () => {
    const light = await openPage(browser, { theme: "light", ...WIDE });
    const dark = await openPage(browser, { theme: "dark", width: 1024, height: 700 });
    const opened = [
      { ...light, name: "light-1440" },
      { ...dark, name: "dark-1024" },
    ];
    for (const { page } of opened) await page.goto(`${product.uiUrl}/setup`);
    const told = await refuseInEveryWay();
    for (const { page, name, problems } of opened) {
      const refused = page.getByRole("list", { name: "Refused" }).getByRole("listitem");
      for (const [title, message] of told) {
        const item = refused.filter({ hasText: `Refused ${title}` });
        await item.getByText("less than a minute ago").waitFor();
        expect(await item.innerText()).toContain(message);
      }
      expect(await refused.count()).toBe(told.length);
      await screenshot(page, `setup-refused-${name}`);
      expect(await accessibilityViolations(page)).toEqual([]);
      expect(problems).toEqual([]);
      await page.context().close();
    }
  });

  test("has lines for every language, by keyboard, that name this host", async () => {
    const { page, problems } = await openPage(browser, { theme: "light", ...WIDE });
    await page.goto(`${product.uiUrl}/setup`);
    const languages = page.getByRole("group", { name: "Language" }).getByRole("button");
    await languages.first().waitFor();
    for (const language of await languages.all()) {
      await language.focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => language.getAttribute("aria-pressed")).toBe("true");
      const lines = await page.locator("pre").allInnerTexts();
      expect(lines.length).toBeGreaterThan(0);
      expect(await accessibilityViolations(page)).toEqual([]);
    }
    expect(problems).toEqual([]);
    await page.context().close();
  });
});
