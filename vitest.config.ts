import { fileURLToPath } from "node:url";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { chromiumArgs, findChromium } from "./scripts/launch/chromium.ts";
import { dynamodbLocalFolder } from "./tests/support/dynamodb-local-folder.ts";

const root = fileURLToPath(new URL("./", import.meta.url));
const resolve = {
  alias: {
    "@/": root,
    // What Next puts in its place for server code.
    "next/navigation": "next/dist/api/navigation.react-server.js",
  },
  // `server-only` throws without this condition, which Next sets for server code.
  conditions: ["react-server", "node", "default"],
};

// The console promises Node 20; the SDK says at every start that it would rather have 22.
const env = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
// Only what hangs takes this long, also on a busy machine.
const timeouts = {
  testTimeout: 400_000,
  hookTimeout: 400_000,
  expect: { poll: { timeout: 60_000 } },
};
const onServer = { resolve, ssr: { resolve } };

// Files of a worker share its packages: loading them takes longer than most files' tests. Our own
// modules are new for each file, so that no test depends on what ran before.
const isolate = false;
const setupFiles = ["./tests/support/fresh-modules.ts"];

/** The tests of limits and conditional writes once more, against AWS's own engine, where Java is present. */
const dynamodbLocal = {
  ...onServer,
  test: {
    env,
    isolate,
    setupFiles,
    name: "contract-dynamodb-local",
    include: [
      "tests/contract/{embedded-limits,guards,import-export,operations,operations-meanwhile}.test.ts",
    ],
    globalSetup: ["tests/support/dynamodb-local.ts"],
    ...timeouts,
  },
};

const executablePath = await findChromium();

/** Components in a browser, without a server. */
const components = {
  resolve: { alias: { "@/": root } },
  // Next's client code reads variables that its compiler replaces.
  define: { "process.env": "{}" },
  // All packages are prepared at once: one found later would load React a second time.
  optimizeDeps: { entries: ["tests/components/**/*.tsx"], include: ["react/jsx-dev-runtime"] },
  test: {
    name: "components",
    ...timeouts,
    include: ["tests/components/**/*.test.tsx"],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      viewport: { width: 1024, height: 800 },
      provider: playwright({
        launchOptions: { ...(executablePath && { executablePath }), args: chromiumArgs },
        contextOptions: { reducedMotion: "reduce" as const },
      }),
      instances: [{ browser: "chromium" as const }],
    },
  },
};

export default defineConfig({
  test: {
    // Contract tests wait for processes, so more than one per core; with more, requests time out.
    maxWorkers: 3,
    projects: [
      {
        ...onServer,
        test: {
          env,
          isolate,
          setupFiles,
          name: "unit",
          include: ["tests/unit/**/*.test.ts"],
          ...timeouts,
        },
      },
      {
        ...onServer,
        test: {
          env,
          isolate,
          setupFiles,
          name: "contract",
          include: ["tests/contract/**/*.test.ts"],
          ...timeouts,
        },
      },
      components,
      ...(dynamodbLocalFolder() ? [dynamodbLocal] : []),
    ],
  },
});
