import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { BedrockClient } from "@aws-sdk/client-bedrock";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { STSClient } from "@aws-sdk/client-sts";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { env } from "@/lib/env";
import { callSignal } from "./deadline";
import { deleteRefusal, putRefusal } from "./refusal-rows";
import { withRefusals } from "./refusals";
import { usesOf } from "./uses";

/** Timeouts in milliseconds for one attempt. The SDK makes three attempts. */
const deadlines = { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

/** Ends calls at the deadline of their work, even if the SDK would wait longer. */
class DeadlineHandler extends NodeHttpHandler {
  override handle(...[request, options]: Parameters<NodeHttpHandler["handle"]>) {
    const abortSignal = callSignal();
    return super.handle(request, abortSignal ? { ...options, abortSignal } : options);
  }
}

function memoize<T>(make: () => T): () => T {
  let instance: T | undefined;
  return () => {
    instance ??= make();
    return instance;
  };
}

/** Added to the user agent of every call, which CloudTrail records. */
const application = new AsyncLocalStorage<string>();

/** Marks permission probes in the user agent, so that alarms on access denials can exclude them. */
export const withProbeUserAgent = <T>(run: () => Promise<T>): Promise<T> =>
  application.run("switchboard-probe", run);

const isProbing = () => application.getStore() !== undefined;

const settings = () => ({
  region: env().AWS_REGION,
  // A probe is a call that AWS should refuse: never repeat it.
  maxAttempts: isProbing() ? 1 : 3,
  userAgentAppId: async () => application.getStore() ?? "switchboard",
  requestHandler: new DeadlineHandler(deadlines),
});

/** One client for the console's calls and one for probes. */
function perPurpose<T>(make: () => T): () => T {
  const [usual, probing] = [memoize(make), memoize(make)];
  return () => (isProbing() ? probing() : usual());
}

type Client =
  | DynamoDBClient
  | CloudWatchClient
  | SecretsManagerClient
  | BedrockClient
  | SFNClient
  | SNSClient
  | STSClient;

const refusalStore = {
  save: (refusal: Parameters<typeof putRefusal>[0]) => dynamodb().send(putRefusal(refusal)),
  remove: (use: Parameters<typeof deleteRefusal>[0]) => dynamodb().send(deleteRefusal(use)),
};

/** Remembers which calls AWS denies, and skips them unless they are part of a change. */
function watched<T extends Client>(service: string, client: T): T {
  // The clients differ only in their requests, which `usesOf` reads.
  const { middlewareStack } = client as DynamoDBClient;
  middlewareStack.add(
    (next, { commandName = "" }) =>
      (args) =>
        withRefusals(usesOf(service, commandName, args.input), refusalStore, () => next(args)),
    { step: "initialize", name: "rememberRefusals" },
  );
  return client;
}

export const dynamodb = perPurpose(() => watched("dynamodb", new DynamoDBClient(settings())));
export const cloudwatch = perPurpose(() => watched("cloudwatch", new CloudWatchClient(settings())));
export const secretsManager = perPurpose(() =>
  watched("secretsmanager", new SecretsManagerClient(settings())),
);
export const securityTokens = memoize(() =>
  watched("sts", new STSClient({ ...settings(), maxAttempts: 1 })),
);

/**
 * S3, where `PRICE_CATALOG` may be, also in another region. Loaded when it is needed: few consoles use it.
 */
export const objectStore = memoize(async () => {
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client({ ...settings(), followRegionRedirects: true });
});

/** Clients of one service by their region. */
function perRegion<T extends Client>(service: string, make: (region: string) => T) {
  const clients = new Map<string, T>();
  return (region: string): T => {
    const id = `${region} ${isProbing()}`;
    const client = clients.get(id) ?? watched(service, make(region));
    clients.set(id, client);
    return client;
  };
}

/** Bedrock's control plane in a region, with the server's own credentials, never a bearer token. */
export const bedrockControlPlane = perRegion(
  "bedrock",
  (region) => new BedrockClient({ ...settings(), region, authSchemePreference: ["sigv4"] }),
);

export const stepFunctions = perRegion(
  "states",
  (region) => new SFNClient({ ...settings(), region }),
);

/** CloudWatch in a region, for the metrics of machines that run there. */
export const cloudwatchIn = perRegion(
  "cloudwatch",
  (region) => new CloudWatchClient({ ...settings(), region }),
);

/** SNS in a topic's region. */
export const notifications = perRegion("sns", (region) => new SNSClient({ ...settings(), region }));
