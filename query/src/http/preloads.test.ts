/** Goal: a page is sent with the names of what it needs, of itself and of nothing else. Method: a small `pages.json`. */
import { expect, test } from "vitest";
import { preloadsOf } from "./preloads.ts";

const PAGES = {
  "/services": ["assets/services-1.js"],
  "/services/": ["assets/service-2.js", "assets/service-3.css"],
  "/trace/": ["assets/trace-4.js"],
};
const ID = "0af7651916cd43dd8448eb211c80319c";

test("the longest beginning of the path says which files", () => {
  expect(preloadsOf("/services", PAGES)).toBe("</assets/services-1.js>; rel=modulepreload");
  expect(preloadsOf("/services/shop", PAGES)).toBe(
    "</assets/service-2.js>; rel=modulepreload, </assets/service-3.css>; rel=preload; as=style; crossorigin",
  );
  expect(preloadsOf("/logs", PAGES)).toBe("");
});

test("the page of a trace is sent with the address of its columns", () => {
  const link = `</api/traces/${ID}/columns>; rel=preload; as=fetch; crossorigin`;
  expect(preloadsOf(`/trace/${ID}`, {})).toBe(link);
  expect(preloadsOf(`/trace/${ID.toUpperCase()}`, PAGES)).toBe(
    `${link}, </assets/trace-4.js>; rel=modulepreload`,
  );
});

test("whatever else stands in the place of an id gets into no header", () => {
  for (const path of ["/trace/", "/trace/abc", `/trace/${ID}0`, `/trace/${ID}>;rel=x`])
    expect(preloadsOf(path, {})).toBe("");
});
