import { defineConfig } from "vitest/config";

const WITH_CLICKHOUSE = {
  globalSetup: ["engine/src/testing/global-setup.ts"],
  setupFiles: ["scripts/limit-properties.ts"],
  testTimeout: 60_000,
  hookTimeout: 60_000,
};

/**
 * Suites, told apart by file name:
 *   scripts/*.test.ts     rules about the repository itself; part of `npm run check`
 *   x.test.ts             no I/O outside a temporary folder, fast, run in parallel
 *   x.clickhouse.test.ts  asks a real ClickHouse that the setup file starts once; one file at a time where it matters when
 *                         something is stored, two of those that only ask: most of their time is the way there and back
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
          ...WITH_CLICKHOUSE,
          name: "clickhouse",
          include: ["*/src/**/*.clickhouse.test.ts"],
          exclude: ["query/**", "e2e/**", "**/node_modules/**", "**/dist/**"],
          fileParallelism: false,
        },
      },
      {
        test: {
          ...WITH_CLICKHOUSE,
          name: "query",
          include: ["query/src/**/*.clickhouse.test.ts"],
          maxWorkers: 2,
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
