import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { nodeWarning } from "@/lib/node-support";
import { LaunchError } from "./launch-error";
import { root } from "./root";

const noEnvFile = "--no-env-file";

/**
 * Parses the options of a start. Also loads .env.local and .env, unless `--no-env-file` is set; the
 * shell's variables take precedence.
 * @throws LaunchError for an unknown option
 */
export function readOptions<Option extends string>(
  args: readonly string[],
  allowed: readonly Option[],
): ReadonlySet<Option> {
  const options = [...allowed, noEnvFile];
  const unknown = args.find((arg) => !options.some((option) => option === arg));
  if (unknown !== undefined) {
    throw new LaunchError(`There is no option ${unknown}; the start takes ${options.join(", ")}.`);
  }
  if (!args.includes(noEnvFile)) loadEnvFiles();
  return new Set(allowed.filter((option) => args.includes(option)));
}

function loadEnvFiles(): void {
  for (const name of [".env.local", ".env"]) {
    const path = join(root, name);
    if (existsSync(path)) process.loadEnvFile(path);
  }
}

/** A port from the environment; 0 means any free port. @throws LaunchError if it isn't a port */
export function portFrom(source: NodeJS.ProcessEnv, variable: string, defaultPort: number): number {
  const text = source[variable]?.trim() || String(defaultPort);
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new LaunchError(`${variable} is "${text}", which is not a port number (0 to 65535).`);
}

/** Warns about this Node's version; the console still starts on it. */
export function warnOfNodeSupport(): void {
  const warning = nodeWarning(process.versions.node, new Date());
  if (warning) console.log(`  ${warning.detail}`);
}

const randomSecret = () => randomBytes(32).toString("base64url");

export type SignIn = {
  NEXTAUTH_SECRET: string;
  LOCAL_ADMIN_TOKEN: string;
  LOCAL_VIEWER_TOKEN: string;
};

/** The tokens of the sign-in links and the session secret, from the environment or generated. */
export function signInFrom(source: NodeJS.ProcessEnv): SignIn {
  return {
    NEXTAUTH_SECRET: source.NEXTAUTH_SECRET || randomSecret(),
    LOCAL_ADMIN_TOKEN: source.LOCAL_ADMIN_TOKEN || randomSecret(),
    LOCAL_VIEWER_TOKEN: source.LOCAL_VIEWER_TOKEN || randomSecret(),
  };
}

/** Prints the sign-in links. No other launcher output contains a token. */
export function printSignIn(appUrl: string, tokens: SignIn): void {
  const link = (token: string) => `${appUrl}/sign-in#token=${encodeURIComponent(token)}`;
  console.log(`\nViewer link: ${link(tokens.LOCAL_VIEWER_TOKEN)}`);
  console.log(`Sign in: ${link(tokens.LOCAL_ADMIN_TOKEN)}`);
}
