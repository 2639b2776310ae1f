import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { createTables } from "../../scripts/populate/tables";
import { openEmbeddedStore } from "../support/embedded-store";
import { startFaultProxy } from "../support/fault-proxy";
import { type Json, outside, secretId } from "./console";
import { startAgainst } from "./running-console";

/** The name of each provider's key in the secret. */
export const keyNames = {
  openai: "OPENAI_API_KEY",
  anthropic: "ANTHROPIC_API_KEY",
  google: "GEMINI_API_KEY",
  bedrock: "AWS_BEARER_TOKEN_BEDROCK",
  xai: "XAI_API_KEY",
  deepseek: "DEEPSEEK_API_KEY",
};

/** The console on empty tables and an empty secret, with a proxy between it and AWS. */
export async function startKeyConsole() {
  const store = await openEmbeddedStore();
  await createTables({ dynamodb: store.dynamodb, envName: "prod" });
  await store.secretsManager.send(new CreateSecretCommand({ Name: secretId, SecretString: "{}" }));
  const aws = outside(store.url);
  const proxy = await startFaultProxy({ dynamodb: store.url, secretsmanager: store.url });
  const app = await startAgainst(proxy.url);

  async function providers() {
    const { body } = await app.viewer.get("/api/providers");
    return body.providers as (Json & { id: string; key: Json })[]; // By docs/contract.md.
  }

  return {
    ...app,
    aws,
    proxy,
    providers,
    putKey: (id: string, api_key: string, more: Json = {}) =>
      app.admin.put(`/api/providers/${id}/key`, { api_key, ...more }),
    /** The values in the secret, as other programs read them. */
    values: async (): Promise<Json> => JSON.parse(await aws.secretText()),
    providerOf: async (id: string) => (await providers()).find((provider) => provider.id === id),
    eventsOf: async (id: string) => {
      const { body } = await app.viewer.get(`/api/activity?entity=key:${id}`);
      return body.events as Json[]; // By docs/contract.md.
    },
    stop: async () => {
      await app.stop();
      proxy.stop();
      aws.close();
      await store.close();
    },
  };
}
