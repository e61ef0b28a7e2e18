import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { createFixtureApi } from "./dev/fixture-api.ts";
import { pageFiles } from "./scripts/page-files.ts";

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

const apiUrl = process.env["THROUGHLINE_API"];

const SHARED = "shared";

function shortName(name: string): string {
  return name.startsWith(`${SHARED}~`) ? SHARED : "[name]";
}

export default defineConfig({
  plugins: [react(), pageFiles(), ...(apiUrl === undefined ? [fixtureApi()] : [])],
  server: apiUrl === undefined ? {} : { proxy: { "/api": apiUrl } },
  build: {
    target: "es2024",
    // A data: URL would need `font-src data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Named after all the pages that share one, otherwise.
        chunkFileNames: ({ name }) => `assets/${shortName(name)}-[hash].js`,
        assetFileNames: ({ names: [name = ""] }) => `assets/${shortName(name)}-[hash][extname]`,
        codeSplitting: {
          // What pages share would be a file for every set of them: thirty for a trace, one after the other from one service.
          groups: [
            { name: "entry", tags: ["$initial"], priority: 2 },
            {
              name: SHARED,
              minShareCount: 2,
              entriesAware: true,
              entriesAwareMergeThreshold: 30_000,
            },
          ],
        },
      },
    },
    reportCompressedSize: false,
  },
});
