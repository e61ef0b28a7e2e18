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

const apiUrl = process.env["THROUGHLINE_API"];

export default defineConfig({
  plugins: apiUrl === undefined ? [react(), fixtureApi()] : [react()],
  server: apiUrl === undefined ? {} : { proxy: { "/api": apiUrl } },
  build: {
    target: "es2024",
    // A data: URL would need `font-src data:` in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
