import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { BedrockClient } from "@aws-sdk/client-bedrock";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { env } from "@/lib/env";

/** Deadlines in milliseconds for one attempt; the SDK tries three times in all. */
const deadlines = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

function memoize<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Part of every call's user agent, and so of CloudTrail. */
const application = new AsyncLocalStorage<string>();

/** Marks permission probes in the user agent, so that alarms on access denials can exclude them. */
export const withProbeUserAgent = <T>(run: () => Promise<T>): Promise<T> =>
  application.run("switchboard-probe", run);

const settings = () => ({
  region: env().AWS_REGION,
  maxAttempts: 3,
  userAgentAppId: async () => application.getStore() ?? "switchboard",
  requestHandler: new NodeHttpHandler(deadlines),
});

export const dynamodb = memoize(() => new DynamoDBClient(settings()));
export const cloudwatch = memoize(() => new CloudWatchClient(settings()));
export const secretsManager = memoize(() => new SecretsManagerClient(settings()));
export const securityTokens = memoize(() => new STSClient({ ...settings(), maxAttempts: 1 }));

const controlPlanes = new Map<string, BedrockClient>();

/** Bedrock's control plane in a region, with the server's own credentials, never a bearer token. */
export function bedrockControlPlane(region: string): BedrockClient {
  const made =
    controlPlanes.get(region) ??
    new BedrockClient({ ...settings(), region, authSchemePreference: ["sigv4"] });
  controlPlanes.set(region, made);
  return made;
}
