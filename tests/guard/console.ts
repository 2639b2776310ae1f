import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * The start time of every recorded console. It's in the future, because otherwise a browser
 * would drop the session's cookie as expired; GUARD_START moves it for both recordings.
 */
export const startOfRecording = Date.parse(process.env.GUARD_START ?? "2026-12-15T10:03:00.000Z");

export const adminToken = "guard-admin-token-0123456789abcdef";
export const viewerToken = "guard-viewer-token-0123456789abcdef";

const clock = pathToFileURL(fileURLToPath(new URL("shifted-clock.mjs", import.meta.url))).href;

type ConsoleOptions = {
  checkout: string;
  /** An existing folder; without it the console uses a temporary one. */
  dataDir?: string;
  seed?: string;
  /** Further variables of the launcher. */
  env?: Record<string, string>;
  /** The console's start time; null for the real time. */
  startsAt?: number | null;
  /** Options of scripts/start.ts, such as `--stand-ins`. */
  args?: string[];
};

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** The shell's variables without those that name an account, a provider or other data. */
function hermetic(): Record<string, string | undefined> {
  const foreign =
    /^(AWS_|OIDC_|NEXTAUTH_|SWITCHBOARD_PARENT_PID$|LOCAL_|LLM_|SEED$|DATA_DIR$|ENV_NAME$|NODE_ENV$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

const nowhere = "http://127.0.0.1:9";
/** Requests that the simulator doesn't answer never reach a provider. */
const upstreams = {
  OPENAI_BASE_URL: `${nowhere}/v1`,
  ANTHROPIC_BASE_URL: nowhere,
  GOOGLE_GEMINI_BASE_URL: nowhere,
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: nowhere,
  XAI_BASE_URL: `${nowhere}/v1`,
  DEEPSEEK_BASE_URL: nowhere,
};

function printed(output: string, label: string): string {
  const address = new RegExp(`${label}: (http\\S+)`).exec(output)?.[1];
  if (!address) throw new Error(`The launcher printed no "${label}":\n${output}`);
  return address;
}

/**
 * Starts a checkout's console with its own launcher and its own build.
 * @throws Error with everything it printed when it ends before it is ready
 */
export async function startConsole(options: ConsoleOptions) {
  const { checkout, seed = "default", env, startsAt = startOfRecording, args = [] } = options;
  const ownDir = options.dataDir ? null : await mkdtemp(join(tmpdir(), "switchboard-guard-"));
  const dataDir = options.dataDir ?? join(ownDir ?? "", "data");
  const offset = startsAt === null ? 0 : startsAt - Date.now();
  const child = spawn(
    process.execPath,
    ["scripts/bootstrap.mjs", "scripts/start.ts", "--no-env-file", ...args],
    {
      cwd: resolve(checkout),
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        NODE_ENV: "production",
        ...hermetic(),
        ...upstreams,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        PORT: String(await freePort()),
        EMBEDDED_AWS_PORT: String(await freePort()),
        SIMULATOR_PORT: String(await freePort()),
        SIMULATOR_PACE: "0",
        TZ: "UTC",
        NEXTAUTH_SECRET: "guard-session-secret-0123456789abcdef",
        LOCAL_ADMIN_TOKEN: adminToken,
        LOCAL_VIEWER_TOKEN: viewerToken,
        DATA_DIR: dataDir,
        SEED: seed,
        // Limits count per minute, so a recording would exceed them at random.
        RATE_LIMIT_SIGN_INS: "100000",
        RATE_LIMIT_KEYS: "100000",
        RATE_LIMIT_COMPLETIONS: "100000",
        RATE_LIMIT_PROBES: "100000",
        ...(offset !== 0 && { NODE_OPTIONS: `--import=${clock}`, GUARD_CLOCK_OFFSET: `${offset}` }),
        ...env,
      },
    },
  );
  let output = "";
  let ended = false;
  const read = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", read);
  child.stderr.on("data", read);
  const exit = once(child, "close").then(() => {
    ended = true;
  });
  const ready = args.includes("--stand-ins") ? /Ready, without the app/ : /^Sign in: http\S+/m;
  while (!ready.test(output)) {
    if (ended) throw new Error(`The console of ${checkout} ended:\n${output}`);
    await delay(100);
  }
  const url = args.includes("--stand-ins") ? "" : new URL(printed(output, "Sign in")).origin;
  return {
    url,
    awsUrl: printed(output, "AWS stand-in"),
    simulatorUrl: printed(output, "Provider simulator"),
    dataDir,
    offset,
    output: () => output,
    stop: async () => {
      child.kill("SIGTERM");
      await exit;
      if (ownDir) await rm(ownDir, { recursive: true, force: true });
    },
  };
}

export type Console = Awaited<ReturnType<typeof startConsole>>;

/** Builds a checkout at the real time, so that later starts find the build up to date. */
export async function ensureBuild(checkout: string): Promise<void> {
  const started = await startConsole({ checkout, seed: "none", startsAt: null });
  await started.stop();
}

const cookiesOf = (answer: Response) =>
  answer.headers.getSetCookie().map((cookie) => cookie.split(";")[0] ?? "");

/** Signs in without a browser. @returns the value of a Cookie header */
export async function signIn(url: string, token: string): Promise<string> {
  const csrf = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string }; // next-auth's own answer.
  const answer = await fetch(`${url}/api/auth/callback/local`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie: cookiesOf(csrf).join("; ") },
    body: new URLSearchParams({ csrfToken, token, json: "true" }),
  });
  await answer.arrayBuffer();
  const session = cookiesOf(answer).find((cookie) => cookie.includes("session-token"));
  if (!session) throw new Error(`Sign-in answered ${answer.status} without a session cookie.`);
  return session;
}
