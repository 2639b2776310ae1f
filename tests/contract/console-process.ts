import { launchScript, type Variables } from "../support/launched";
import { signInWithToken } from "../support/sign-in";
import { type StackOptions, startStack } from "../support/stack";
import { Caller, samplePlatform, withCallers } from "./console";

/** The real `npm start` with the sample platform, for tests of pages, headers and processes. */
export async function startConsoleProcess(options: StackOptions = {}) {
  return withCallers(await startStack({ seed: samplePlatform, ...options }));
}

export type ConsoleProcess = Awaited<ReturnType<typeof startConsoleProcess>>;

/** `npm run start:aws` against an endpoint of the test, called by an admin and a viewer. */
export async function startProcessAgainst(awsUrl: string, env: Variables = {}) {
  const tokens = { LOCAL_ADMIN_TOKEN: "contract-admin", LOCAL_VIEWER_TOKEN: "contract-viewer" };
  const launched = launchScript("start-aws", {
    AWS_ENDPOINT_URL: awsUrl,
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    ...tokens,
    ...env,
  });
  const url = await launched.ready;
  return {
    url,
    output: launched.output,
    admin: new Caller(url, await signInWithToken(url, tokens.LOCAL_ADMIN_TOKEN)),
    viewer: new Caller(url, await signInWithToken(url, tokens.LOCAL_VIEWER_TOKEN)),
    stop: async () => {
      launched.kill("SIGTERM");
      await launched.exit;
    },
  };
}
