import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { startEmbeddedAws } from "../../scripts/embedded/server";
import { createTables } from "../../scripts/populate/tables";
import { startFaultProxy } from "../support/fault-proxy";
import { outside, secretId } from "./console";
import { startAgainst } from "./running-console";

type Used = {
  at: Date;
  input: number;
  output: number;
  agent?: string;
  provider?: string;
  model?: string;
  /** Further dimensions. */
  more?: Record<string, string>;
};

/** What one PutMetricData takes. */
const mostData = 1000;

/** The console on empty tables, a proxy between it and AWS, and metrics of any age. */
export async function startUsageConsole() {
  const folder = await mkdtemp(join(tmpdir(), "switchboard-usage-"));
  const store = await startEmbeddedAws({ port: 0, dataDir: join(folder, "data") });
  const aws = outside(store.url);
  await createTables({ dynamodb: aws.dynamodb, envName: "prod" });
  await aws.secrets.send(new CreateSecretCommand({ Name: secretId, SecretString: "{}" }));
  const proxy = await startFaultProxy({ dynamodb: store.url, secretsmanager: store.url });
  const app = await startAgainst(proxy.url);
  return {
    ...app,
    aws,
    proxy,
    /** Tokens as agents write them (CONTRACT §1.5). */
    use: async (used: Used[]) => {
      const data = used.flatMap(dataOf);
      for (let start = 0; start < data.length; start += mostData) {
        const MetricData = data.slice(start, start + mostData);
        await store.backfillMetrics({ Namespace: "AI-Agents", MetricData });
      }
    },
    stop: async () => {
      await app.stop();
      proxy.stop();
      aws.close();
      await store.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function dataOf({ at, input, output, agent, provider, model, more }: Used) {
  const named = { agent, state_machine_name: agent && `${agent}-prod`, provider, model, ...more };
  const Dimensions = Object.entries(named).flatMap(([Name, Value]) =>
    Value === undefined ? [] : [{ Name, Value }],
  );
  const Timestamp = at.getTime() / 1000;
  return [
    { MetricName: "InputTokens", Dimensions, Timestamp, Value: input },
    { MetricName: "OutputTokens", Dimensions, Timestamp, Value: output },
  ];
}
