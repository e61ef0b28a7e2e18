import { defineConfig } from "vitest/config";

/**
 * Four suites, told apart by file name:
 *   scripts/*.test.ts     rules about the repository itself; part of `npm run check`
 *   x.test.ts             no I/O outside a temporary folder, fast, run in parallel
 *   x.clickhouse.test.ts  asks a real ClickHouse that the setup file starts once
 *   e2e/**                real processes, real SDKs, real Chromium; one file at a time
 */
export default defineConfig({
  test: {
    reporters: ["default"],
    projects: [
      {
        test: {
          name: "unit",
          include: ["*/src/**/*.test.{ts,tsx}"],
          exclude: ["**/*.clickhouse.test.ts", "e2e/**", "**/node_modules/**", "**/dist/**"],
          setupFiles: ["scripts/limit-properties.ts"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "tidy",
          include: ["scripts/**/*.test.ts"],
        },
      },
      {
        test: {
          name: "clickhouse",
          include: ["*/src/**/*.clickhouse.test.ts"],
          exclude: ["e2e/**", "**/node_modules/**", "**/dist/**"],
          globalSetup: ["engine/src/testing/global-setup.ts"],
          setupFiles: ["scripts/limit-properties.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["e2e/src/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
