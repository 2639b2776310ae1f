import { createTables } from "../../scripts/populate/tables";
import { openEmbeddedStore } from "./embedded-store";

/**
 * Starts the local AWS endpoint with empty tables and sets the environment for modules of `lib/`.
 * Call it before the first call into `lib/`, which reads the environment once.
 */
export async function startTestAws() {
  const store = await openEmbeddedStore();
  const { envName, tables, secretId } = store.newEnvironment();
  await createTables({ dynamodb: store.dynamodb, envName });
  const before = { ...process.env };
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: store.url,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    ENV_NAME: envName,
    NEXTAUTH_URL: "http://localhost:3000",
    NEXTAUTH_SECRET: "a secret of the tests, long enough",
  });
  return {
    ...store,
    envName,
    tables,
    secretId,
    stop: async () => {
      for (const name of Object.keys(process.env)) {
        if (!(name in before)) delete process.env[name];
      }
      Object.assign(process.env, before);
      await store.close();
    },
  };
}

export type TestAws = Awaited<ReturnType<typeof startTestAws>>;
