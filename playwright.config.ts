import { defineConfig } from "@playwright/test";
import { chromiumArgs, findChromium } from "./scripts/launch/chromium";
import { cacheDir } from "./scripts/launch/root";

const executablePath = await findChromium();

export default defineConfig({
  testDir: "tests/e2e",
  outputDir: "test-results",
  globalSetup: "./tests/support/shared-stack.ts",
  workers: 3,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // The first test of a file also waits for its stack, on a machine that may be loaded.
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [
    ["list"],
    ["./tests/support/run-record-playwright.ts"],
    [
      "json",
      { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ?? `${cacheDir}playwright.json` },
    ],
  ],
  use: {
    browserName: "chromium",
    // Set by the global setup, which runs before the workers read this file.
    baseURL: process.env.STACK_URL,
    viewport: { width: 1440, height: 900 },
    screenshot: "only-on-failure",
    trace: "off",
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: chromiumArgs,
    },
  },
});
