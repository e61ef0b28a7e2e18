import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { createFixtureApi } from "./dev/fixture-api.ts";

/** `vite dev` answers /api from generated data, unless THROUGHLINE_API names a running query service. */
function fixtureApi(): Plugin {
  return {
    name: "throughline-fixture-api",
    apply: "serve",
    configureServer(server) {
      const api = createFixtureApi({ nowMs: Date.now(), delayMs: 120 });
      server.middlewares.use((request, response, next) => {
        if (!api.handle(request, response)) next();
      });
    },
  };
}

/** `public/early.js` fetches what the page of a trace is made of; only the build knows the names of these files. */
function earlyFiles(): Plugin {
  return {
    name: "throughline-early-files",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle = {} }) {
        const files = new Set<string>();
        const add = (name: string) => {
          const chunk = bundle[name];
          if (chunk?.type !== "chunk" || chunk.isEntry || files.has(`/${name}`)) return;
          files.add(`/${name}`);
          for (const css of chunk.viteMetadata?.importedCss ?? []) files.add(`/${css}`);
          chunk.imports.forEach(add);
        };
        for (const [name, chunk] of Object.entries(bundle))
          if (chunk.type === "chunk" && chunk.facadeModuleId?.endsWith("/trace/trace-page.tsx"))
            add(name);
        if (files.size === 0) throw new Error("the page of a trace is no file of its own");
        return html.replace('data-files=""', `data-files="${[...files].join(" ")}"`);
      },
    },
  };
}

const apiUrl = process.env["THROUGHLINE_API"];

export default defineConfig({
  plugins: [react(), earlyFiles(), ...(apiUrl === undefined ? [fixtureApi()] : [])],
  server: apiUrl === undefined ? {} : { proxy: { "/api": apiUrl } },
  build: {
    target: "es2024",
    // A data: URL would need `font-src data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
