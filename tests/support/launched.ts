import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Unhandled requests go to a closed port, never to a provider. */
const closedPort = "http://127.0.0.1:9";

const providerBaseUrls = {
  OPENAI_BASE_URL: `${closedPort}/v1`,
  ANTHROPIC_BASE_URL: closedPort,
  GOOGLE_GEMINI_BASE_URL: closedPort,
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: closedPort,
  XAI_BASE_URL: `${closedPort}/v1`,
  DEEPSEEK_BASE_URL: closedPort,
};

const readyLine = /^(?:Sign in: (http:\/\/localhost:\d+)\/.*| {2}Ready, without the app.*)\n/m;

export type Variables = Record<string, string | undefined>;

/** @throws Error if the URL's host isn't loopback */
export function requireLoopback(name: string, url: string): void {
  const { hostname } = new URL(url);
  if (["127.0.0.1", "localhost", "[::1]"].includes(hostname)) return;
  throw new Error(`Tests speak to loopback only, but ${name} is ${url}.`);
}

/** The shell's variables without any that name an account, a provider or other data. */
export function hermetic(env: Variables): NodeJS.ProcessEnv {
  const isolated = /^(AWS_|OIDC_|NEXTAUTH_|LOCAL_|LLM_|SEED$|DATA_DIR$|ENV_NAME$|NODE_ENV$)/;
  const inherited = { ...process.env };
  for (const name of Object.keys(inherited)) if (isolated.test(name)) delete inherited[name];
  for (const [name, value] of Object.entries(env)) {
    if (value && /_BASE_URL$|^AWS_ENDPOINT_URL/.test(name)) requireLoopback(name, value);
  }
  return {
    ...inherited,
    ...providerBaseUrls,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    PORT: "0",
    EMBEDDED_AWS_PORT: "0",
    SIMULATOR_PORT: "0",
    ...env,
  };
}

export type Launched = {
  pid: number;
  /** The output so far. */
  output(): string;
  /** Resolves when ready, to the sign-in link's origin or, without an app, to the line printed. */
  ready: Promise<string>;
  /** The exit code, or the signal that ended it. */
  exit: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
};

/** Starts a command of this clone, such as a launcher, on ephemeral ports. */
export function launchCommand(command: string, args: string[], env: Variables = {}): Launched {
  const child = spawn(command, args, {
    cwd: root,
    env: hermetic(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const exit = once(child, "close").then(
    ([code, signal]): number | NodeJS.Signals => code ?? signal,
  );
  const ready = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const match = readyLine.exec(output);
      if (match) resolve(match[1] ?? match[0]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void exit.then((code) => reject(new Error(`The launcher ended (${code}):\n${output}`)));
  });
  // Tests that wait only for the exit don't handle this rejection.
  ready.catch(() => undefined);
  // A process that could be spawned has an id.
  return {
    pid: child.pid as number,
    output: () => output,
    ready,
    exit,
    kill: (s) => child.kill(s),
  };
}

/** Starts `scripts/<name>.ts` like `npm start`, but without npm. */
export function launchScript(name: string, env: Variables = {}, args: string[] = []): Launched {
  const script = [`scripts/${name}.ts`, "--no-env-file", ...args];
  return launchCommand(
    process.execPath,
    ["--conditions=react-server", "--import", "tsx", ...script],
    env,
  );
}

/** Whether the URL's port accepts connections. */
export function isListening(url: string): Promise<boolean> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port: Number(port) });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
