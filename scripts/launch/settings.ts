import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LaunchError } from "./launch-error";
import { root } from "./root";

/** Reads .env.local and .env; what the shell has set wins. `--no-env-file` leaves them out. */
export function loadEnvFiles(args: string[]): void {
  if (args.includes("--no-env-file")) return;
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
