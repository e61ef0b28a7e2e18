/** Goal: whatever a trace holds, the saved page has our two elements of script and ours alone, and gives the trace back. */
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { log, span, trace } from "../testing.ts";
import { indexTrace } from "../trace-index.ts";
import { offlinePolicy, toOfflinePage, type OfflineParts } from "./offline-page.ts";
import { packTrace, toTrace, unpackTrace } from "./saved-trace.ts";

const PARTS: OfflineParts = {
  title: "shop GET /",
  summary: "one span",
  packed: "AAAA",
  script: "viewer()",
  style: "body{}",
  nonce: "0123456789abcdef0123456789abcdef",
};

const HOSTILE = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "</script><script>alert(1)</script>",
    "</title><img src=x onerror=alert(1)>",
    "</noscript><svg onload=alert(1)>",
    "\u001b[31mred \u202egnp.exe",
    "<!--<script>",
    "'\"><style>*{display:none}</style>",
    "&lt;b&gt;",
  ),
);

/** Every tag that a reader of HTML sees, with what scripts and styles hold taken out. */
function tagsOf(page: string): readonly string[] {
  return [
    ...page.replaceAll(/(<(script|style)[^>]*>)[^]*?(<\/\2>)/g, "$1$3").matchAll(/<[^>]*>/g),
  ].map(([tag]) => tag);
}

describe("a saved page", () => {
  test("has the same tags whatever the trace is called", () => {
    const expected = tagsOf(toOfflinePage(PARTS));
    fc.assert(
      fc.property(HOSTILE, HOSTILE, (title, summary) => {
        const page = toOfflinePage({ ...PARTS, title, summary });
        expect(tagsOf(page)).toEqual(expected);
        for (const acting of ["\u202e", "\u001b"]) expect(page).not.toContain(acting);
      }),
    );
  });

  test("holds code whose own text looks like markup", () => {
    const script = `const a = "</script><!--<script>";`;
    const page = toOfflinePage({ ...PARTS, script });
    expect(tagsOf(page)).toEqual(tagsOf(toOfflinePage(PARTS)));
    const [, code = ""] = /<script nonce[^>]*>([^]*?)<\/script>/.exec(page) ?? [];
    expect(runInNewContext(`${code}; a`)).toBe("</script><!--<script>");
  });

  test("forbids everything that it does not bring itself", () => {
    const policy = offlinePolicy(PARTS.nonce);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
    const page = toOfflinePage(PARTS);
    expect(page.indexOf("Content-Security-Policy")).toBeLessThan(page.indexOf("<style"));
    expect(page).not.toMatch(/(?:src|href)=/);
  });

  test("is not made of what could end an attribute or an element", () => {
    expect(() => toOfflinePage({ ...PARTS, nonce: `"><script>alert(1)</script>` })).toThrow(
      RangeError,
    );
    expect(() => toOfflinePage({ ...PARTS, packed: "</script>" })).toThrow(RangeError);
  });
});

test("a packed trace comes back as it was, whatever it says", async () => {
  await fc.assert(
    fc.asyncProperty(
      HOSTILE,
      HOSTILE,
      fc.dictionary(fc.string(), fc.string()),
      async (name, body, attributes) => {
        const [root, child] = [span("a", "", 0, 100), span("b", "a", 5, 20)];
        root.name = name;
        child.attributes = attributes;
        child.logs.push(log(body, 7));
        const sent = trace([root, child], [log("lost", 3)]);
        const meta = { elapsedMs: 1, rowsRead: 2, bytesRead: 3, complete: true };
        const kept = toTrace(indexTrace(sent), { missingParents: [], verdict: undefined, meta });
        expect(kept).toEqual({ ...sent, meta });
        const saved = { trace: kept, address: "http://localhost/trace/t", savedAtMs: 5 };
        const packed = await packTrace(saved);
        expect(packed).toMatch(/^[A-Za-z0-9+/=]*$/);
        expect(await unpackTrace(packed)).toEqual(saved);
      },
    ),
    { numRuns: 40 },
  );
});
