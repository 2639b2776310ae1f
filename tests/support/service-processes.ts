import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Starts `service-process.ts` for one environment. */
export function startServiceProcess(
  variables: Record<string, string>,
  envName: string,
  args: string[],
) {
  const child = spawn(
    process.execPath,
    ["--conditions=react-server", "--import", "tsx", "tests/support/service-process.ts", ...args],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        NODE_ENV: "test",
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        ...variables,
        ENV_NAME: envName,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const exit = once(child, "close").then(
    ([code, signal]): number | NodeJS.Signals => code ?? signal,
  );
  return {
    /** The exit code, or the signal that ended it. */
    exit,
    kill: () => child.kill("SIGKILL"),
    /** Freezes it until `continue`, as a machine that hangs does. */
    pause: () => child.kill("SIGSTOP"),
    continue: () => child.kill("SIGCONT"),
    output: () => output,
    errors: () => errors,
  };
}
