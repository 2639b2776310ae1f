import { agentPath, agentRow, type Item, type Json, modelRow, tables, unique } from "./console";
import type { Console } from "./running-console";

/** Agents of a test's own, and what is done to them. */
export function agentFixtures(app: () => Console) {
  return {
    putModel: async (provider: string, more: Item = {}, model_id = unique("model")) => {
      await app().aws.put(tables.models, modelRow(provider, model_id, more));
      return model_id;
    },
    putAgent: async (provider: string, model: string, more: Item = {}) => {
      const name = unique("agent");
      await app().aws.put(tables.agents, agentRow(name, provider, model, more));
      return name;
    },
    switchTo: (name: string, changes: Json, headers?: Record<string, string>) =>
      app().admin.patch(agentPath(name), changes, headers),
    newestEvent: async (name: string): Promise<Json | undefined> => {
      const { body } = await app().viewer.get(`/api/activity?entity=agent:${name}/v1.0`);
      return (body.events as Json[])[0]; // By docs/contract.md.
    },
    /** Runs with a secret whose values are changed, and puts the former one back. */
    withSecret: async (change: (values: Json) => Json, run: () => Promise<void>) => {
      const before = await app().aws.secretText();
      await app().aws.putSecret(JSON.stringify(change(JSON.parse(before))));
      try {
        await run();
      } finally {
        await app().aws.putSecret(before);
      }
    },
  };
}
