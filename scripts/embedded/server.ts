import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { actionRecorder } from "./action-log";
import { bedrockControlPlane } from "./bedrock/service";
import { type CloudWatch, openCloudWatch } from "./cloudwatch/service";
import type { DynaliteStore } from "./dynamodb/dynalite-types";
import { openLevelStore } from "./dynamodb/level-store";
import { openDynamoDb } from "./dynamodb/service";
import type { JsonObject } from "./json";
import { respond, type Services } from "./protocol";
import { limitRequests } from "./quotas";
import { openSecretsManager } from "./secrets/service";
import { notificationService } from "./sns";
import type { ProviderUrls } from "./step-functions/provider-urls";
import { openStepFunctions, type StepFunctions } from "./step-functions/service";
import type { OnStep } from "./steps";
import { securityTokenService } from "./sts";

// Longer than clients keep idle connections, so that no request meets a closing connection.
const keepAliveMs = 65_000;
// Only a request whose body never arrives takes this long.
const stopTimeoutMs = 5_000;

export interface EmbeddedAwsOptions {
  /** 0 selects any free port. */
  port: number;
  /** Created if it does not exist; one process at a time. */
  dataDir: string;
  /** Part of every ARN; eu-west-1 by default. */
  region?: string;
  /** The secret of the older agents' LLM callers; /ai-agent/llm-secrets/prod by default. */
  llmSecretId?: string;
  /**
   * How long the LLM callers cache the secret, in milliseconds; 5 minutes by default, as on the
   * platform.
   */
  secretCacheMs?: number;
  /** For crash tests. */
  onStep?: OnStep;
  /** With fewer bytes free on the disk, the store rejects writes; 32 MB by default. */
  reservedDiskBytes?: number | undefined;
}

export interface EmbeddedAws {
  url: string;
  port: number;
  /** Stores sample data like PutMetricData, but without the API's limit of two weeks. */
  backfillMetrics(body: JsonObject): Promise<void>;
  /** Runs an execution that started `ageMs` ago to its end, as sample data. */
  runInPast: StepFunctions["runInPast"];
  /** Stores copies of an execution that has ended, as sample data. */
  copyInPast: StepFunctions["copyInPast"];
  /** From now on, throttles calls above AWS's default quotas. */
  enforceQuotas(): void;
  /**
   * Sets the URLs that replace the providers' for the LLM callers, which can't reach a provider
   * before.
   */
  connectProviders(urls: ProviderUrls): void;
  /** Finishes open requests and releases the data folder. */
  stop(): Promise<void>;
}

/**
 * Starts the local AWS endpoint on 127.0.0.1, which accepts any credentials. Rejects with a sentence
 * for the user if the data folder is unreadable or in use, or if the port is in use.
 */
export async function startEmbeddedAws(options: EmbeddedAwsOptions): Promise<EmbeddedAws> {
  const services = await openServices(options);
  const server = createServer({ keepAliveTimeout: keepAliveMs });
  const inProgress = handleRequests(server, services);
  try {
    await listen(server, options.port);
  } catch (error) {
    await closeServices(services);
    throw error;
  }
  // A listening TCP server has an AddressInfo.
  const { port } = server.address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    backfillMetrics: (body) => services.cloudWatch.backfill(body),
    runInPast: (request, ageMs) => services.stepFunctions.runInPast(request, ageMs),
    copyInPast: (arn, copies) => services.stepFunctions.copyInPast(arn, copies),
    enforceQuotas: () => {
      services.limit = limitRequests();
    },
    connectProviders: (urls) => {
      services.providerUrls = urls;
    },
    stop: () => {
      stopped ??= stop(server, services, inProgress);
      return stopped;
    },
  };
}

interface OpenServices extends Services {
  cloudWatch: CloudWatch;
  stepFunctions: StepFunctions;
  providerUrls: ProviderUrls;
  store: DynaliteStore;
}

const fiveMinutesMs = 5 * 60_000;

async function openServices(options: EmbeddedAwsOptions): Promise<OpenServices> {
  const { dataDir, region = "eu-west-1", onStep = () => undefined } = options;
  // LevelDB's lock protects the entire data folder, so its store is opened first.
  const store = await openLevelStore(
    path.join(dataDir, "dynamodb"),
    region,
    options.reservedDiskBytes,
  );
  try {
    const dynamoDb = await openDynamoDb(store, onStep);
    const secrets = await openSecretsManager(path.join(dataDir, "secrets"), region, onStep);
    const cloudWatch = await openCloudWatch(store, region);
    const backends = { dynamoDb, secrets, cloudWatch };
    const stepFunctions = await openStepFunctions(store, backends, {
      region,
      llmSecretId: options.llmSecretId ?? "/ai-agent/llm-secrets/prod",
      secretCacheMs: options.secretCacheMs ?? fiveMinutesMs,
      providerUrls: () => services.providerUrls,
    });
    // Closed in reverse order: executions end before the services that they call.
    const json = [
      dynamoDb,
      secrets,
      cloudWatch,
      stepFunctions,
      securityTokenService,
      notificationService,
    ];
    const record = actionRecorder(process.env.EMBEDDED_AWS_ACTION_LOG);
    const services: OpenServices = {
      json,
      rest: [bedrockControlPlane],
      record,
      limit: null,
      cloudWatch,
      stepFunctions,
      providerUrls: {},
      store,
    };
    return services;
  } catch (error) {
    await store.db.close();
    throw error;
  }
}

function handleRequests(server: Server, services: Services): Set<Promise<void>> {
  const inProgress = new Set<Promise<void>>();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const responded = respond(services, request, response).finally(() =>
      inProgress.delete(responded),
    );
    inProgress.add(responded);
  });
  return inProgress;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(
              `Port ${port} is in use: stop the program that listens there, or set EMBEDDED_AWS_PORT to another port.`,
              { cause: error },
            )
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
}

async function stop(
  server: Server,
  services: OpenServices,
  inProgress: Set<Promise<void>>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await Promise.race([Promise.all(inProgress), delay(stopTimeoutMs, undefined, { ref: false })]);
  server.closeAllConnections();
  await closed;
  await closeServices(services);
}

async function closeServices(services: OpenServices): Promise<void> {
  for (const service of services.json.toReversed()) await service.close();
  await services.store.db.close();
}
