import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LaunchError } from "./launch-error";
import { root } from "./root";

const noEnvFile = "--no-env-file";

/**
 * The options of a start. Reads .env.local and .env as well, unless `--no-env-file` is one of them;
 * what the shell has set wins.
 * @throws LaunchError for one that is not known
 */
export function readOptions<Option extends string>(
  args: readonly string[],
  known: readonly Option[],
): ReadonlySet<Option> {
  const options = [...known, noEnvFile];
  const unknown = args.find((arg) => !options.some((option) => option === arg));
  if (unknown !== undefined) {
    throw new LaunchError(`There is no option ${unknown}; the start takes ${options.join(", ")}.`);
  }
  if (!args.includes(noEnvFile)) loadEnvFiles();
  return new Set(known.filter((option) => args.includes(option)));
}

function loadEnvFiles(): void {
  for (const name of [".env.local", ".env"]) {
    const path = join(root, name);
    if (existsSync(path)) process.loadEnvFile(path);
  }
}

/** A port from the environment; 0 takes any free port. @throws LaunchError when it is none. */
export function portFrom(source: NodeJS.ProcessEnv, variable: string, standard: number): number {
  const text = source[variable]?.trim() || String(standard);
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new LaunchError(`${variable} is "${text}", which is not a port number (0 to 65535).`);
}

const randomSecret = () => randomBytes(32).toString("base64url");

export type SignIn = {
  NEXTAUTH_SECRET: string;
  LOCAL_ADMIN_TOKEN: string;
  LOCAL_VIEWER_TOKEN: string;
};

/** The tokens of the sign-in links and the session secret: given, or new at each start. */
export function signInFrom(source: NodeJS.ProcessEnv): SignIn {
  return {
    NEXTAUTH_SECRET: source.NEXTAUTH_SECRET || randomSecret(),
    LOCAL_ADMIN_TOKEN: source.LOCAL_ADMIN_TOKEN || randomSecret(),
    LOCAL_VIEWER_TOKEN: source.LOCAL_VIEWER_TOKEN || randomSecret(),
  };
}

/** Prints how to sign in: the only place where a launcher prints a token. */
export function printSignIn(appUrl: string, tokens: SignIn): void {
  const link = (token: string) => `${appUrl}/sign-in#token=${encodeURIComponent(token)}`;
  console.log(`\nViewer link: ${link(tokens.LOCAL_VIEWER_TOKEN)}`);
  console.log(`Sign in: ${link(tokens.LOCAL_ADMIN_TOKEN)}`);
}
