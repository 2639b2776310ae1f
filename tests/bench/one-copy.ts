import { randomBytes } from "node:crypto";
import type { Lifecycle } from "../../scripts/launch/lifecycle";
import { freePort } from "../../scripts/launch/ports";
import { copyImageFiles } from "../support/image";
import type { Stack } from "../support/stack";

/** Starts one copy of the container image against a stack's AWS; `life` stops it. */
export async function startCopy(life: Lifecycle, stack: Stack, variables: Record<string, string>) {
  const image = copyImageFiles();
  life.onStop(() => image.remove());
  const port = await freePort();
  const copy = await image.start({
    PORT: `${port}`,
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: stack.awsUrl,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    NEXTAUTH_URL: `http://localhost:${port}`,
    NEXTAUTH_SECRET: randomBytes(32).toString("hex"),
    ...variables,
  });
  life.onStop(() => copy.kill("SIGKILL"));
  return copy;
}

export type Copy = Awaited<ReturnType<typeof startCopy>>;
