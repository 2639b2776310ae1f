import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import { startEmbeddedAws } from "../../scripts/embedded/server";
import { LocalEnvironment, liveEnvironment } from "../../scripts/launch/app-environment";
import { seedRuntime } from "../../scripts/populate/runtime";
import { seed as writeSeed } from "../../scripts/populate/seed";
import { createTables, createToolRegistry } from "../../scripts/populate/tables";
import { startSimulator } from "../../scripts/simulator/server";
import { serveApi } from "./in-process";
import { hermetic, type Variables } from "./launched";
import { signInWithToken } from "./sign-in";

const region = "eu-west-1";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** Replaces this process's variables. @returns a function that restores them */
function replaceEnvironment(variables: NodeJS.ProcessEnv): () => void {
  const before = { ...process.env };
  const assign = (next: NodeJS.ProcessEnv) => {
    for (const name of Object.keys(process.env)) if (!(name in next)) delete process.env[name];
    Object.assign(process.env, next);
  };
  assign(variables);
  return () => assign(before);
}

/** Captures the console's log lines, which are JSON, instead of printing them. */
function captureLog() {
  const write = process.stderr.write.bind(process.stderr);
  let output = "";
  process.stderr.write = (chunk: Uint8Array | string) => {
    const text = chunk.toString();
    output += text;
    return text.startsWith("{") || write(text);
  };
  return {
    output: () => output,
    restore: () => {
      process.stderr.write = write;
    },
  };
}

/** Shared by every API of this process, whose modules read the environment at different times. */
const signIn = {
  NEXTAUTH_SECRET: randomUUID(),
  LOCAL_ADMIN_TOKEN: `admin-${randomUUID()}`,
  LOCAL_VIEWER_TOKEN: `viewer-${randomUUID()}`,
};

/** Sessions are bound to the address, and the APIs of this process are copies of one console. */
const running: string[] = [];
function addressOf(url: string) {
  running.push(url);
  return { NEXTAUTH_URL: running[0] };
}
const closeAddress = (url: string) => running.splice(running.indexOf(url), 1);

const cookieOf = (url: string) => (role: "admin" | "viewer") =>
  signInWithToken(url, role === "admin" ? signIn.LOCAL_ADMIN_TOKEN : signIn.LOCAL_VIEWER_TOKEN);

/** The API in this process, on the test's AWS endpoint. */
export async function serveApiAgainst(awsUrl: string, env: Variables = {}) {
  const restore = replaceEnvironment({
    ...hermetic({
      AWS_ENDPOINT_URL: awsUrl,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      LOG_LEVEL: "warn",
      ...env,
    }),
    NODE_ENV: "test",
  });
  const api = await serveApi();
  const source = { mode: "production" as const, port: api.port, signIn };
  const variables = { ...liveEnvironment(source, region), ...addressOf(api.url) };
  Object.assign(process.env, variables, { NODE_ENV: "test" });
  const log = captureLog();
  return {
    url: api.url,
    /** The log so far. */
    output: log.output,
    signIn: cookieOf(api.url),
    stop: async () => {
      api.stop();
      closeAddress(api.url);
      log.restore();
      restore();
    },
  };
}

type Options = {
  /** `none`, or the path of a file with rows. */
  seed: string;
  /** Additional variables, as for `npm start`; base URLs must be loopback. */
  env?: Variables;
  /** Models that the simulator answers although their provider has no such id. */
  isMadeUp?: (model: string) => boolean;
};

/**
 * What `npm start` starts, in this process: the API, the local AWS endpoint, and the simulator without
 * delays.
 */
export async function startStackInProcess({ seed, env = {}, isMadeUp }: Options) {
  const folder = await mkdtemp(join(tmpdir(), "switchboard-"));
  const restore = replaceEnvironment({ ...hermetic(env), NODE_ENV: "test" });
  const aws = await startEmbeddedAws({
    port: 0,
    dataDir: join(folder, "data"),
    region,
    secretCacheMs: 0,
  });
  const api = await serveApi();
  const environment = new LocalEnvironment({
    mode: "production",
    port: api.port,
    signIn,
  });
  const { upstreams } = environment;
  const simulator = await startSimulator({
    port: 0,
    upstreams,
    pace: 0,
    ...(isMadeUp && { isMadeUp }),
  });
  aws.connectProviders(simulator.baseUrls);
  const variables = environment.forApp(aws.url, simulator.baseUrls, seed);
  aws.connectProviders({ ...environment.upstreams, ...simulator.baseUrls });
  const { configured } = environment;
  const settings = { endpoint: aws.url, region, credentials };
  const dynamodb = new DynamoDBClient(settings);
  const secretsManager = new SecretsManagerClient(settings);
  const sfn = new SFNClient(settings);
  const tables = {
    models: configured.LLM_MODELS_TABLE,
    agents: configured.AGENT_REGISTRY_TABLE,
    management: configured.MODEL_MANAGEMENT_TABLE,
  };
  await createTables({ dynamodb, envName: configured.ENV_NAME, tables });
  const secretId = configured.LLM_SECRET_ID;
  await writeSeed({ dynamodb, secretsManager, tables, secretId, seed });
  const tools = configured.TOOL_REGISTRY_TABLE;
  await createToolRegistry(dynamodb, tools);
  const runtimeTables = { ...tables, tools };
  const envName = configured.ENV_NAME;
  await seedRuntime({ dynamodb, sfn, environment: envName, tables: runtimeTables, secretId, seed });
  Object.assign(process.env, variables, addressOf(api.url), { NODE_ENV: "test" });
  const log = captureLog();
  return {
    url: api.url,
    awsUrl: aws.url,
    simulatorUrl: simulator.url,
    /** The log so far. */
    output: log.output,
    /** A Cookie header for this role. */
    signIn: cookieOf(api.url),
    stop: async () => {
      dynamodb.destroy();
      secretsManager.destroy();
      api.stop();
      closeAddress(api.url);
      await simulator.stop();
      await aws.stop();
      log.restore();
      restore();
      await rm(folder, { recursive: true });
    },
  };
}
