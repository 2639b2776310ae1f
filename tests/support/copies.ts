import { randomBytes } from "node:crypto";
import { providerDetails } from "@/lib/providers/rules/details";
import { providerIds } from "@/lib/providers/schema";
import { basePaths } from "../../scripts/simulator/routes";
import { type Image, imageIn } from "./image";
import { startRoundRobin } from "./round-robin";

type CopiesOptions = {
  /** The stand-ins that the copies use as AWS and the providers. */
  awsUrl: string;
  simulatorUrl: string;
  protocol?: "http" | "https";
  count?: number;
  /** Additional variables of each copy. */
  env?: Record<string, string>;
};

/** Errors of a process with a read-only file system. */
const fileSystemError = /EROFS|EACCES|EPERM|ENOENT/;

/** Starts copies of the container's image (STACK_IMAGE), two by default, behind a load balancer. */
export async function startCopies(options: CopiesOptions) {
  const { awsUrl, simulatorUrl, protocol, count = 2, env } = options;
  const image = imageIn(process.env.STACK_IMAGE ?? "");
  let copies: Awaited<ReturnType<Image["start"]>>[] = [];
  const balancer = await startRoundRobin(() => copies.map(({ port }) => port), protocol);
  const bases = providerIds.map((id) => [
    providerDetails[id].base_url_variable,
    simulatorUrl + basePaths[id],
  ]);
  const variables = {
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: awsUrl,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    NEXTAUTH_URL: balancer.url,
    NEXTAUTH_SECRET: randomBytes(32).toString("hex"),
    ALLOW_RUNS: "true",
    LOG_LEVEL: "warn",
    CONSOLE_LABEL: "Local stand-in",
    ...Object.fromEntries(bases),
    ...env,
  };
  copies = await Promise.all(Array.from({ length: count }, () => image.start(variables)));

  return {
    url: balancer.url,
    copies,
    image,
    /** Requests that each copy received, by port. */
    requestsByPort: balancer.requestsByPort,
    /** @throws Error if a copy missed a file or tried to write one */
    stop: async () => {
      for (const copy of copies) copy.kill("SIGKILL");
      await Promise.all(copies.map(({ exit }) => exit));
      balancer.stop();
      const failed = copies
        .map(({ output }) => output())
        .find((output) => fileSystemError.test(output));
      if (failed) throw new Error(`The folder of the image did not suffice:\n${failed}`);
    },
  };
}

export type Copies = Awaited<ReturnType<typeof startCopies>>;
