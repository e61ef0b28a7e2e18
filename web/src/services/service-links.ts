import { pageHref, patchSearch, readParam } from "../lib/url-state.ts";

/** @returns the page of a service, with the range and the environment of this one */
export function serviceHref(search: string, name: string, operation = ""): string {
  return withParams(pageHref(`/services/${encodeURIComponent(name)}`, search), {
    environment: readParam(search, "environment"),
    operation,
  });
}

/** @param focus a service; the whole map when left out */
export function mapHref(search: string, focus = ""): string {
  return withParams(pageHref("/map", search), {
    environment: readParam(search, "environment"),
    focus,
  });
}

function withParams(href: string, patch: Readonly<Record<string, string>>): string {
  const [path = "", search = ""] = href.split("?");
  const next = patchSearch(search, patch);
  return next === "" ? path : `${path}?${next}`;
}
