import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Nobody listens on the discard port: what a test does not answer itself reaches no provider. */
const nowhere = "http://127.0.0.1:9";

const providerBaseUrls = {
  OPENAI_BASE_URL: `${nowhere}/v1`,
  ANTHROPIC_BASE_URL: nowhere,
  GOOGLE_GEMINI_BASE_URL: nowhere,
  AWS_ENDPOINT_URL_BEDROCK_RUNTIME: nowhere,
  XAI_BASE_URL: `${nowhere}/v1`,
  DEEPSEEK_BASE_URL: nowhere,
};

const readyLine = /^(?:Sign in: (http:\/\/localhost:\d+)\/.*| {2}Ready, without the app.*)\n/m;

export type Variables = Record<string, string | undefined>;

/** @throws Error for a URL whose host is not this machine's loopback. */
export function requireLoopback(name: string, url: string): void {
  const { hostname } = new URL(url);
  if (["127.0.0.1", "localhost", "[::1]"].includes(hostname)) return;
  throw new Error(`Tests speak to loopback only, but ${name} is ${url}.`);
}

/** The shell's variables without what would lead a launcher to an account, a provider or other data. */
export function hermetic(env: Variables): NodeJS.ProcessEnv {
  const foreign = /^(AWS_|OIDC_|NEXTAUTH_|LOCAL_|LLM_|SEED$|DATA_DIR$|ENV_NAME$|NODE_ENV$)/;
  const kept = { ...process.env };
  for (const name of Object.keys(kept)) if (foreign.test(name)) delete kept[name];
  for (const [name, value] of Object.entries(env)) {
    if (value && /_BASE_URL$|^AWS_ENDPOINT_URL/.test(name)) requireLoopback(name, value);
  }
  return {
    ...kept,
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
  /** Everything that was printed up to now. */
  output(): string;
  /** The sign-in link's origin, or the stand-ins' word where there is no app, once it is printed. */
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
      const said = readyLine.exec(output);
      if (said) resolve(said[1] ?? said[0]);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void exit.then((how) => reject(new Error(`The launcher ended (${how}):\n${output}`)));
  });
  // A test that waits for the exit only does not look at this.
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

/** Starts `scripts/<name>.ts` as `npm start` does, without npm in between. */
export function launchScript(name: string, env: Variables = {}, args: string[] = []): Launched {
  const script = [`scripts/${name}.ts`, "--no-env-file", ...args];
  return launchCommand(
    process.execPath,
    ["--conditions=react-server", "--import", "tsx", ...script],
    env,
  );
}

/** Whether anybody accepts connections there. */
export function isListening(url: string): Promise<boolean> {
  const { port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port: Number(port) });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
