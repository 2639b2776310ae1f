import { serveApiAgainst, startStackInProcess } from "../support/console-in-process";
import type { Variables } from "../support/launched";
import { Caller, samplePlatform, withCallers } from "./console";

/** The API with the sample platform in this process; see `startStackInProcess` for what it lacks. */
export async function startConsole({ seed = samplePlatform, ...more }: ConsoleOptions = {}) {
  return withCallers(await startStackInProcess({ seed, ...more }));
}

type ConsoleOptions = Partial<Parameters<typeof startStackInProcess>[0]>;

export type Console = Awaited<ReturnType<typeof startConsole>>;

/** The API in this process against an endpoint of the test, called by an admin and a viewer. */
export async function startAgainst(awsUrl: string, env: Variables = {}) {
  const { signIn, ...api } = await serveApiAgainst(awsUrl, env);
  return {
    ...api,
    admin: new Caller(api.url, await signIn("admin")),
    viewer: new Caller(api.url, await signIn("viewer")),
  };
}
