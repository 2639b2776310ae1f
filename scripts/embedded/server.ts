import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { AwsService } from "./aws-service";
import { openDynamoDb } from "./dynamodb/service";
import { answer } from "./protocol";
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
    stop: () => {
      stopped ??= stop(server, services, underWay);
      return stopped;
    },
  };
}

/** A further service is one more line here. */
async function openServices(options: EmbeddedAwsOptions): Promise<AwsService[]> {
  const { dataDir, region = "eu-west-1", onStep = () => undefined } = options;
  // LevelDB's lock keeps other processes out of the whole folder, so DynamoDB is opened first.
  const dynamoDb = await openDynamoDb(path.join(dataDir, "dynamodb"), region, onStep);
  try {
    return [dynamoDb, await openSecretsManager(path.join(dataDir, "secrets"), region, onStep)];
  } catch (error) {
    await dynamoDb.close();
    throw error;
  }
}

function answerRequests(server: Server, services: AwsService[]): Set<Promise<void>> {
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
  services: AwsService[],
  underWay: Set<Promise<void>>,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await Promise.race([Promise.all(underWay), delay(stopPatienceMs, undefined, { ref: false })]);
  server.closeAllConnections();
  await closed;
  await closeServices(services);
}

async function closeServices(services: AwsService[]): Promise<void> {
  for (const service of services.toReversed()) await service.close();
}
