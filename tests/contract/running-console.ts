import { fileURLToPath } from "node:url";
import { launchScript, type Variables } from "../support/launched";
import { signInWithToken } from "../support/sign-in";
import { type StackOptions, startStack } from "../support/stack";
import { Caller, outside } from "./console";

const samplePlatform = fileURLToPath(new URL("../support/platform.json", import.meta.url));

/** The real `npm start` with the sample platform, called by an admin, a viewer and a stranger. */
export async function startConsole(options: StackOptions = {}) {
  const stack = await startStack({ seed: samplePlatform, ...options });
  const aws = outside(stack.awsUrl);
  return {
    ...stack,
    aws,
    admin: new Caller(stack.url, await stack.signIn("admin")),
    viewer: new Caller(stack.url, await stack.signIn("viewer")),
    stranger: new Caller(stack.url, null),
    stop: async () => {
      aws.close();
      await stack.stop();
    },
  };
}

export type Console = Awaited<ReturnType<typeof startConsole>>;

/** `npm run start:aws` against an endpoint of the test, called by an admin and a viewer. */
export async function startAgainst(awsUrl: string, env: Variables = {}) {
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
