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
import type { JsonObject } from "./json-object";
import { answer, type Services } from "./protocol";
import { openSecretsManager } from "./secrets/service";
import type { OnStep } from "./steps";

// Longer than clients keep idle connections, so that none is closed under a request.
const keepAliveMs = 65_000;
// For requests whose body never comes; all others take milliseconds.
const stopPatienceMs = 5_000;

export interface EmbeddedAwsOptions {
  /** 0 takes any free port. */
  port: number;
  /** Created if it does not exist; one process at a time. */
  dataDir: string;
  /** Part of every ARN; eu-west-1 unless given. */
  region?: string;
  /** For crash tests: called after each step of a change. */
  onStep?: OnStep;
}

export interface EmbeddedAws {
  url: string;
  port: number;
  /**
   * Stores metric data of any age, in the shape of PutMetricData: the API refuses what is older than
   * two weeks, and sample usage is older.
   */
  backfillMetrics(body: JsonObject): Promise<void>;
  /** Finishes the requests under way and lets go of the data folder. */
  stop(): Promise<void>;
}

/**
 * Starts the local AWS endpoint on 127.0.0.1. It takes any credentials. Rejects with one sentence
 * that names the data folder if that is unreadable or in use, and if the port is taken.
 */
export async function startEmbeddedAws(options: EmbeddedAwsOptions): Promise<EmbeddedAws> {
  const services = await openServices(options);
  const server = createServer({ keepAliveTimeout: keepAliveMs });
  const underWay = answerRequests(server, services);
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
    stop: () => {
      stopped ??= stop(server, services, underWay);
      return stopped;
    },
  };
}

interface OpenServices extends Services {
  cloudWatch: CloudWatch;
  store: DynaliteStore;
}

/** A further service is one more line here. */
async function openServices(options: EmbeddedAwsOptions): Promise<OpenServices> {
  const { dataDir, region = "eu-west-1", onStep = () => undefined } = options;
  // LevelDB's lock keeps other processes out of the whole folder, so its store is opened first.
  const store = await openLevelStore(path.join(dataDir, "dynamodb"), region);
  try {
    const dynamoDb = await openDynamoDb(store, onStep);
    const secrets = await openSecretsManager(path.join(dataDir, "secrets"), region, onStep);
    const cloudWatch = await openCloudWatch(store, region);
    const json = [dynamoDb, secrets, cloudWatch];
    const record = actionRecorder(process.env.EMBEDDED_AWS_ACTION_LOG);
    return { json, rest: [bedrockControlPlane], record, cloudWatch, store };
  } catch (error) {
    await store.db.close();
    throw error;
  }
}

function answerRequests(server: Server, services: Services): Set<Promise<void>> {
  const underWay = new Set<Promise<void>>();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const answered = answer(services, request, response).finally(() => underWay.delete(answered));
    underWay.add(answered);
  });
  return underWay;
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
  underWay: Set<Promise<void>>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await Promise.race([Promise.all(underWay), delay(stopPatienceMs, undefined, { ref: false })]);
  server.closeAllConnections();
  await closed;
  await closeServices(services);
}

async function closeServices(services: OpenServices): Promise<void> {
  for (const service of services.json.toReversed()) await service.close();
  await services.store.db.close();
}
