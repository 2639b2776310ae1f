import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { startEmbeddedAws } from "../../scripts/embedded/server";
import { createTables } from "../../scripts/populate/tables";
import { type Fault, startFaultProxy } from "../support/fault-proxy";
import type { Variables } from "../support/launched";
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
const maxData = 1000;

/** The console on empty tables, a proxy between it and AWS, and metrics of any age. */
export async function startUsageConsole(env: Variables = {}) {
  const folder = await mkdtemp(join(tmpdir(), "switchboard-usage-"));
  const store = await startEmbeddedAws({ port: 0, dataDir: join(folder, "data") });
  const aws = outside(store.url);
  await createTables({ dynamodb: aws.dynamodb, envName: "prod" });
  await aws.secrets.send(new CreateSecretCommand({ Name: secretId, SecretString: "{}" }));
  const proxy = await startFaultProxy({ dynamodb: store.url, secretsmanager: store.url });
  const app = await startAgainst(proxy.url, env);
  return {
    ...app,
    aws,
    awsUrl: store.url,
    store,
    proxy,
    /** Tokens as agents write them (docs/contract.md, Runtime). */
    use: async (used: Used[]) => {
      const data = used.flatMap(dataOf);
      for (let start = 0; start < data.length; start += maxData) {
        const MetricData = data.slice(start, start + maxData);
        await store.backfillMetrics({ Namespace: "AI-Agents", MetricData });
      }
    },
    /** Metric data of any age, in the shape of PutMetricData. */
    backfill: store.backfillMetrics,
    /** CloudWatch answers with pages of so many data points; AWS's own begin at 100,800. */
    answerInPages: (MaxDatapoints: number) =>
      proxy.inject({ operation: "GetMetricData" }, inPages(store.url, MaxDatapoints)),
    stop: async () => {
      await app.stop();
      proxy.stop();
      aws.close();
      await store.stop();
      await rm(folder, { recursive: true });
    },
  };
}

function inPages(url: string, MaxDatapoints: number): Fault {
  return async ({ call, reply }) => {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `GraniteServiceVersion20100801.${call.operation}`,
      },
      body: JSON.stringify({ ...JSON.parse(call.body), MaxDatapoints }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    reply({ status: answer.status, headers: Object.fromEntries(answer.headers), body });
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
