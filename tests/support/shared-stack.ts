import { startStack } from "./stack";

/**
 * One stack for the browser tests; its addresses are in STACK_URL, STACK_AWS_URL,
 * STACK_SIMULATOR_URL, STACK_ADMIN_TOKEN and STACK_VIEWER_TOKEN. A test that needs another seed
 * or kills something starts its own with `startStack`.
 */
export default async function startSharedStack(): Promise<() => Promise<void>> {
  const stack = await startStack();
  Object.assign(process.env, {
    STACK_URL: stack.url,
    STACK_AWS_URL: stack.awsUrl,
    STACK_SIMULATOR_URL: stack.simulatorUrl,
    STACK_ADMIN_TOKEN: stack.adminToken,
    STACK_VIEWER_TOKEN: stack.viewerToken,
  });
  return stack.stop;
}
