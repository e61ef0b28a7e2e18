import { pageHref, patchSearch, readParam } from "../lib/url-state.ts";

const SERVICES = "/services/";

/** @returns the page of a service, with the range and the environment of this one */
export function serviceHref(search: string, name: string, operation = ""): string {
  return withParams(pageHref(SERVICES + encodeURIComponent(name.toWellFormed()), search), {
    environment: readParam(search, "environment"),
    operation,
  });
}

/**
 * @param pathname of the window, escaped as it stands there: the router takes a part of the escapes away, after which a
 *   name with a percent sign cannot be told
 * @returns the service that {@link serviceHref} led to; a lone percent sign is itself
 */
export function serviceOfPath(pathname: string): string {
  const escaped = pathname.slice(SERVICES.length);
  try {
    return decodeURIComponent(escaped);
  } catch {
    return escaped;
  }
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
