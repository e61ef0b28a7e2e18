import { defineConfig } from "vitest/config";

/**
 * Three suites, told apart by file name:
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
          include: ["*/src/**/*.test.{ts,tsx}", "scripts/**/*.test.ts"],
          exclude: ["**/*.clickhouse.test.ts", "e2e/**", "**/node_modules/**", "**/dist/**"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "clickhouse",
          include: ["*/src/**/*.clickhouse.test.ts"],
          exclude: ["e2e/**", "**/node_modules/**", "**/dist/**"],
          globalSetup: ["engine/src/testing/global-setup.ts"],
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
