import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { startCopies } from "./copies";
import { isListening, launchScript, requireLoopback, type Variables } from "./launched";
import { signInWithToken } from "./sign-in";

export type StackOptions = {
  /** `default` sample data (also when not given), `none`, or the path of a file of rows. */
  seed?: string;
  /** Further variables of `npm start`; base URLs must be loopback. */
  env?: Variables;
  /** A folder to start on again; it is left there. Without it the stack has its own, and removes it. */
  dataDir?: string;
  /** `https`, for the browser tests: as it is deployed, without the local sign-in. */
  protocol?: "http" | "https";
};

function printed(output: string, what: string): string {
  const url = new RegExp(`${what}: (http\\S+)`).exec(output)?.[1];
  if (!url) throw new Error(`The launcher printed no "${what}":\n${output}`);
  requireLoopback(what, url);
  return url;
}

/** After SIGKILL the app goes by itself, within a second. */
async function untilSilent(urls: string[]): Promise<void> {
  for (const url of urls) while (await isListening(url)) await delay(20);
}

/** What the launcher hands on to its app as it was given. */
function withoutUpstreams(env: Variables): Record<string, string> {
  const kept = Object.entries(env).filter(([name]) => !/_BASE_URL$|^AWS_/.test(name));
  return Object.fromEntries(kept.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/**
 * The real `npm start` on free ports with its own data; it goes when the test process goes. In the
 * browser tests (STACK_IMAGE) it starts no app: two copies of the container's image answer, behind a
 * load balancer.
 */
export async function startStack(options: StackOptions = {}) {
  const ownDir = options.dataDir ? null : await mkdtemp(join(tmpdir(), "switchboard-stack-"));
  const dataDir = options.dataDir ?? join(ownDir ?? "", "data");
  const adminToken = options.env?.LOCAL_ADMIN_TOKEN ?? `admin-${randomUUID()}`;
  const viewerToken = options.env?.LOCAL_VIEWER_TOKEN ?? `viewer-${randomUUID()}`;
  const tokens = { LOCAL_ADMIN_TOKEN: adminToken, LOCAL_VIEWER_TOKEN: viewerToken };
  const { protocol, seed = "default", env = {} } = options;
  const variables = { DATA_DIR: dataDir, SEED: seed, ...tokens, ...env };
  const inCopies = Boolean(process.env.STACK_IMAGE);
  const launched = launchScript("start", variables, inCopies ? ["--stand-ins"] : []);
  const ready = await launched.ready;
  const awsUrl = printed(launched.output(), "AWS stand-in");
  const simulatorUrl = printed(launched.output(), "Provider simulator");
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const settings = { endpoint: awsUrl, region: "eu-west-1", credentials };
  const dynamodb = new DynamoDBClient(settings);
  const secretsManager = new SecretsManagerClient(settings);
  const given = { ...(protocol !== "https" && tokens), ...withoutUpstreams(env) };
  const copies = inCopies
    ? await startCopies({ awsUrl, simulatorUrl, protocol, env: given })
    : null;
  const url = copies?.url ?? ready;
  const urls = [url, awsUrl, simulatorUrl];

  async function end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    dynamodb.destroy();
    secretsManager.destroy();
    try {
      await copies?.stop();
    } finally {
      launched.kill(signal);
      await launched.exit;
      await untilSilent(urls);
    }
  }

  return {
    url,
    awsUrl,
    simulatorUrl,
    adminToken,
    viewerToken,
    dataDir,
    /** Other programs' way to the data. */
    dynamodb,
    secretsManager,
    /** Everything that the process tree has printed. */
    output: launched.output,
    /** A Cookie header of this person. */
    signIn: (role: "admin" | "viewer") =>
      signInWithToken(url, role === "admin" ? adminToken : viewerToken),
    stop: async () => {
      await end("SIGTERM");
      if (ownDir) await rm(ownDir, { recursive: true, force: true });
    },
    /** SIGKILL to the launcher: nothing gets to say goodbye. The data stays. */
    kill: () => end("SIGKILL"),
  };
}

export type Stack = Awaited<ReturnType<typeof startStack>>;
