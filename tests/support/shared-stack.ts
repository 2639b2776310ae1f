import { startCopies } from "./copies";
import { copyImageFiles } from "./image";
import { startStack } from "./stack";

/**
 * One stack for the browser tests: three copies of the container's image behind a load balancer, with
 * the stand-ins of an `npm start`. Sets STACK_URL, STACK_AWS_URL, STACK_SIMULATOR_URL, STACK_ADMIN_TOKEN,
 * STACK_VIEWER_TOKEN and STACK_IMAGE, the image's folder. Tests that need another seed or kill something
 * start their own stack with `startStack`.
 */
export default async function startSharedStack(): Promise<() => Promise<void>> {
  const stack = await startStack();
  const image = copyImageFiles();
  process.env.STACK_IMAGE = image.folder;
  const copies = await startCopies({
    count: 3,
    awsUrl: stack.awsUrl,
    simulatorUrl: stack.simulatorUrl,
    env: {
      LOCAL_ADMIN_TOKEN: stack.adminToken,
      LOCAL_VIEWER_TOKEN: stack.viewerToken,
    },
  });
  Object.assign(process.env, {
    STACK_URL: copies.url,
    STACK_AWS_URL: stack.awsUrl,
    STACK_SIMULATOR_URL: stack.simulatorUrl,
    STACK_ADMIN_TOKEN: stack.adminToken,
    STACK_VIEWER_TOKEN: stack.viewerToken,
  });
  return async () => {
    try {
      await copies.stop();
    } finally {
      await stack.stop();
      image.remove();
    }
  };
}
