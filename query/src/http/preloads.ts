/** What a page will need, said with the page itself (`Link`, RFC 8288), so that a browser asks for all of it at once. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";

/** `pages.json` of the built UI: by the beginning of a page's path the files that it needs besides those of `index.html`. */
export type PageFiles = Readonly<Record<string, readonly string[]>>;

const PageFilesSchema = Type.Record(
  Type.String(),
  Type.Array(Type.String({ pattern: "^[\\w./-]+$" })),
);

/** @returns nothing of an older build @throws when the file is damaged: the build has to be made again */
export function readPageFiles(webRoot: string): PageFiles {
  const path = join(webRoot, "pages.json");
  return existsSync(path)
    ? Value.Parse(PageFilesSchema, JSON.parse(readFileSync(path, "utf8")))
    : {};
}

/** Pure. @param path of the page, without a query @returns the value of a `link` header, empty for none */
export function preloadsOf(path: string, pages: PageFiles): string {
  const beginning = Object.keys(pages)
    .filter((each) => path.startsWith(each))
    .reduce((longest, each) => (each.length > longest.length ? each : longest), "");
  const files = (pages[beginning] ?? []).map((file) =>
    file.endsWith(".css")
      ? `</${file}>; rel=preload; as=style; crossorigin`
      : `</${file}>; rel=modulepreload`,
  );
  // The first answer that the page of a trace asks for, too: reading a large trace takes as long as the scripts do.
  const traceId = /^\/trace\/([0-9a-f]{32})$/i.exec(path)?.[1];
  return (traceId === undefined ? files : [columnsLink(traceId), ...files]).join(", ");
}

function columnsLink(traceId: string): string {
  return `</api/traces/${traceId.toLowerCase()}/columns>; rel=preload; as=fetch; crossorigin`;
}
