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
  /** `default` (sample data), `none`, or the path of a file with rows. */
  seed?: string;
  /** Additional variables of `npm start`; base URLs must be loopback. */
  env?: Variables;
  /** A folder to reuse, which the stack doesn't remove. By default the stack has its own. */
  dataDir?: string;
  /** `https` for browser tests as deployed, without the local sign-in. */
  protocol?: "http" | "https";
};

function printedUrl(output: string, label: string): string {
  const url = new RegExp(`${label}: (http\\S+)`).exec(output)?.[1];
  if (!url) throw new Error(`The launcher printed no "${label}":\n${output}`);
  requireLoopback(label, url);
  return url;
}

/** After SIGKILL to the launcher, the app exits within a second. */
async function untilClosed(urls: string[]): Promise<void> {
  for (const url of urls) while (await isListening(url)) await delay(20);
}

/** The variables that the launcher passes unchanged to its app. */
function withoutUpstreams(env: Variables): Record<string, string> {
  const passed = Object.entries(env).filter(([name]) => !/_BASE_URL$|^AWS_/.test(name));
  return Object.fromEntries(passed.flatMap(([name, value]) => (value ? [[name, value]] : [])));
}

/**
 * The real `npm start` on free ports with its own data; it ends with the test process. In the browser
 * tests (STACK_IMAGE) two copies of the container's image behind a load balancer replace its app.
 */
export async function startStack(options: StackOptions = {}) {
  const ownDir = options.dataDir ? null : await mkdtemp(join(tmpdir(), "switchboard-stack-"));
  const dataDir = options.dataDir ?? join(ownDir ?? "", "data");
  const adminToken = options.env?.LOCAL_ADMIN_TOKEN ?? `admin-${randomUUID()}`;
  const viewerToken = options.env?.LOCAL_VIEWER_TOKEN ?? `viewer-${randomUUID()}`;
  const tokens = { LOCAL_ADMIN_TOKEN: adminToken, LOCAL_VIEWER_TOKEN: viewerToken };
  const { protocol, seed = "default", env = {} } = options;
  const quick = { SECRET_CACHE_SECONDS: "0" };
  const variables = { DATA_DIR: dataDir, SEED: seed, ...quick, ...tokens, ...env };
  const inCopies = Boolean(process.env.STACK_IMAGE);
  const launched = launchScript("start", variables, inCopies ? ["--stand-ins"] : []);
  const ready = await launched.ready;
  const awsUrl = printedUrl(launched.output(), "AWS stand-in");
  const simulatorUrl = printedUrl(launched.output(), "Provider simulator");
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const settings = { endpoint: awsUrl, region: "eu-west-1", credentials };
  const dynamodb = new DynamoDBClient(settings);
  const secretsManager = new SecretsManagerClient(settings);
  const appEnv = { ...(protocol !== "https" && tokens), ...withoutUpstreams(env) };
  const copies = inCopies
    ? await startCopies({ awsUrl, simulatorUrl, protocol, env: appEnv })
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
      await untilClosed(urls);
    }
  }

  return {
    url,
    awsUrl,
    simulatorUrl,
    adminToken,
    viewerToken,
    dataDir,
    /** Clients of another program. */
    dynamodb,
    secretsManager,
    /** The process of `npm start`, which holds the stand-ins. */
    launcher: launched,
    /** The copies of the image behind the load balancer; none without STACK_IMAGE. */
    copies: copies?.copies ?? [],
    /** The output of the process tree so far. */
    output: launched.output,
    /** A Cookie header for this role. */
    signIn: (role: "admin" | "viewer") =>
      signInWithToken(url, role === "admin" ? adminToken : viewerToken),
    stop: async () => {
      await end("SIGTERM");
      if (ownDir) await rm(ownDir, { recursive: true, force: true });
    },
    /** Kills the launcher with SIGKILL; the data stays. */
    kill: () => end("SIGKILL"),
  };
}

export type Stack = Awaited<ReturnType<typeof startStack>>;
