import type { Plugin, Rolldown } from "vite";

/** Where each page begins. Of several beginnings the longest counts. */
const PAGES: Readonly<Record<string, string>> = {
  "/setup": "src/setup/setup-page.tsx",
  "/traces": "src/traces/traces-page.tsx",
  "/trace/": "src/trace/trace-page.tsx",
  "/logs": "src/logs/logs-page.tsx",
  "/sql": "src/sql/sql-page.tsx",
  "/services": "src/services/services-page.tsx",
  "/services/": "src/service-page/service-page.tsx",
  "/map": "src/map/map-page.tsx",
  "/compare": "src/compare/compare-page.tsx",
};

/**
 * Writes `pages.json`: by the beginning of a page's path the scripts and styles that it needs besides those of
 * `index.html`, so that the service can name them with the page itself and the browser asks for all at once.
 */
export function pageFiles(): Plugin {
  return {
    name: "throughline-page-files",
    apply: "build",
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
      const entry = chunks.find((chunk) => chunk.isEntry);
      if (entry === undefined) throw new Error("the build has no entry");
      const known = filesOf(entry, bundle);
      const pages = Object.entries(PAGES).map(([path, module]) => {
        const chunk = chunks.find((each) => each.facadeModuleId?.endsWith(`/web/${module}`));
        if (chunk === undefined) throw new Error(`${module} is no file of its own any more`);
        const files = [...filesOf(chunk, bundle)].filter((file) => !known.has(file));
        return [path, files];
      });
      const source = JSON.stringify(Object.fromEntries(pages));
      this.emitFile({ type: "asset", fileName: "pages.json", source });
    },
  };
}

/** Of a chunk and of all that it imports, its own first. */
function filesOf(
  chunk: Rolldown.OutputChunk,
  bundle: Rolldown.OutputBundle,
  found = new Set<string>(),
): Set<string> {
  if (found.has(chunk.fileName)) return found;
  found.add(chunk.fileName);
  for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
  for (const name of chunk.imports) {
    const imported = bundle[name];
    if (imported?.type === "chunk") filesOf(imported, bundle, found);
  }
  return found;
}
