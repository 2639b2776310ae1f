import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
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
const patience = { testTimeout: 60_000, hookTimeout: 120_000 };

/** The tests of conditional writes once more, against AWS's own engine, where Java is present. */
const dynamodbLocal = {
  extends: true as const,
  test: {
    env,
    name: "contract-dynamodb-local",
    include: ["tests/contract/{guards,import-export,operations,operations-meanwhile}.test.ts"],
    globalSetup: ["tests/support/dynamodb-local.ts"],
    ...patience,
  },
};

export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    env,
    // Most of a contract test is waiting for processes and the wire.
    maxWorkers: 6,
    projects: [
      { extends: true, test: { name: "unit", include: ["tests/unit/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "contract",
          include: ["tests/contract/**/*.test.ts"],
          ...patience,
        },
      },
      ...(dynamodbLocalFolder() ? [dynamodbLocal] : []),
    ],
  },
});
