/**
 * Whether a page shows what strangers wrote without doing what it says. Nothing here knows how the product makes text
 * harmless: it looks at the document that came of it.
 */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { accessibilityViolations } from "./axe.ts";

/** What shows nothing, or turns the order of what stands beside it; tab and newline are white space to HTML. */
const HIDDEN =
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufff9-\\ufffb]";
/** A letter that is read from right to left. */
const RIGHT_TO_LEFT = "[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc]";

/** Of one text node, of one attribute, and of the whole page: what a browser lays out at once without being felt. */
const NODE_CHARS_MAX = 25_000;
/** And where more of long values was asked for: hidden characters have names of three letters and more. */
export const OPENED_CHARS_MAX = 400_000;
const ATTRIBUTE_CHARS_MAX = 8_000;
const PAGE_CHARS_MAX = 2_000_000;
const ELEMENTS_MAX = 8_000;

/** Runs before every page's own scripts. */
const WATCH = `
  window.refused = [];
  document.addEventListener("securitypolicyviolation", ({ blockedURI, violatedDirective }) =>
    window.refused.push(violatedDirective + " " + blockedURI));
  for (const name of ["alert", "confirm", "prompt", "open", "print"])
    window[name] = () => { window.owned = name; return null; };
`;

/** Everything of the document that the text of a stranger may have become. */
const LOOK = `({ nodeCharsMax, isSaved }) => {
  const hidden = new RegExp(${JSON.stringify(HIDDEN)});
  const rtl = new RegExp(${JSON.stringify(RIGHT_TO_LEFT)});
  const problems = [];
  const say = (what, element, text) =>
    problems.push(what + " in " + element.tagName + "." + element.className + ": " + JSON.stringify(String(text).slice(0, 120)));
  if (window.owned !== undefined) problems.push("a script ran: " + window.owned);
  problems.push(...window.refused.map((refused) => "refused: " + refused));
  if (hidden.test(document.title)) problems.push("title: " + JSON.stringify(document.title));
  if (document.title.length > 300) problems.push("title of " + document.title.length);
  const all = [...document.querySelectorAll("*")];
  if (all.length > ${ELEMENTS_MAX}) problems.push(all.length + " elements");
  const chars = document.documentElement.outerHTML.length;
  if (chars > ${PAGE_CHARS_MAX}) problems.push(chars + " characters of HTML");
  // What is typed into the search line is shown there as it is, under its own letters.
  const typed = document.querySelector('input[role="combobox"][aria-label="Search"]')?.parentElement;
  for (const element of all) {
    if (typed?.contains(element)) continue;
    if (/^(iframe|object|embed|base)$/i.test(element.tagName)) say("made", element, "");
    if (!isSaved && /^(img|script)$/i.test(element.tagName) && !(element.getAttribute("src") ?? "").startsWith("/")) say("made", element, "");
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on") || name === "srcdoc") say("attribute " + name, element, value);
      if (value.length > ${ATTRIBUTE_CHARS_MAX}) say(name + " of " + value.length, element, value);
      // What an option stands for is never shown.
      if (hidden.test(value) && !(element.tagName === "OPTION" && name === "value")) say("hidden character of " + name, element, value);
    }
    if (!isSaved && "href" in element) {
      const href = typeof element.href === "string" ? element.href : element.href.baseVal;
      if (href !== "" && new URL(href, location.href).origin !== location.origin) say("leads away", element, href);
    }
  }
  const texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
    const element = node.parentElement;
    if (/^(SCRIPT|STYLE)$/.test(element.tagName) || typed?.contains(element)) continue;
    if (node.data.length > nodeCharsMax) say("text of " + node.data.length, element, node.data);
    if (hidden.test(node.data)) say("hidden character", element, node.data);
    if (rtl.test(node.data) && !isApart(element)) say("not apart", element, node.data);
  }
  /** Its direction ends with it: alone in its block, or isolated in its line. SVG's texts and options are lines of their own. */
  function isApart(element) {
    for (let up = element; up !== null; up = up.parentElement) {
      if (/^(OPTION|text|title)$/.test(up.tagName)) return true;
      const { unicodeBidi } = getComputedStyle(up);
      if (/isolate|plaintext/.test(unicodeBidi)) return true;
      if (up.tagName === "BDI") return true;
      if (up.childNodes.length > 1) return false;
    }
    return false;
  }
  return problems;
}`;

/**
 * Before the first page is opened: requests that leave, dialogs and refusals are kept.
 * @param origin where a page may ask; of a saved one, its own address
 * @returns what went wrong so far
 */
export async function watchPage(page: Page, origin: string): Promise<readonly string[]> {
  const problems: string[] = [];
  await page.addInitScript(WATCH);
  page.on("request", (request) => {
    if (`${request.url()}/`.startsWith(`${origin}/`)) return;
    problems.push(`asked for ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    problems.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("popup", (popup) => problems.push(`opened ${popup.url()}`));
  return problems;
}

export interface InertOptions {
  /** More where somebody asked for more of a long value. */
  readonly nodeCharsMax?: number;
  /** A page that was saved brings its scripts in itself, and says where it is from. */
  readonly isSaved?: boolean;
}

/** @returns what of the document is not text alone; empty when all of it is */
export async function actingParts(
  page: Page,
  { nodeCharsMax = NODE_CHARS_MAX, isSaved = false }: InertOptions = {},
): Promise<readonly string[]> {
  const options = JSON.stringify({ nodeCharsMax, isSaved });
  return [...new Set((await page.evaluate(`(${LOOK})(${options})`)) as readonly string[])];
}

/** @throws with all that is wrong with the page as it is now */
export async function expectInert(
  page: Page,
  problems: readonly string[],
  options: InertOptions = {},
): Promise<void> {
  expect(await actingParts(page, options)).toEqual([]);
  expect(problems).toEqual([]);
  expect(await accessibilityViolations(page)).toEqual([]);
}
