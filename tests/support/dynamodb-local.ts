import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { TestProject } from "vitest/node";
import { freePort } from "../../scripts/launch/ports";
import { dynamodbLocalFolder } from "./dynamodb-local-folder";
import { isListening } from "./launched";

declare module "vitest" {
  interface ProvidedContext {
    /** Only in the second run. An environment variable would reach the first run too. */
    dynamodbLocalUrl?: string;
  }
}

/** Global setup of the second run of some tests, against DynamoDB Local in memory. */
export default async function startDynamodbLocal({
  provide,
}: TestProject): Promise<() => Promise<void>> {
  const home = dynamodbLocalFolder();
  if (!home) throw new Error("DynamoDB Local or Java is not here.");
  const port = await freePort();
  const child = spawn(
    "java",
    [
      `-Djava.library.path=${join(home, "DynamoDBLocal_lib")}`,
      "-jar",
      join(home, "DynamoDBLocal.jar"),
      "-inMemory",
      "-sharedDb",
      "-disableTelemetry",
      "-port",
      String(port),
    ],
    { stdio: "ignore" },
  );
  const url = `http://127.0.0.1:${port}`;
  while (!(await isListening(url))) {
    if (child.exitCode !== null) throw new Error(`DynamoDB Local of ${home} does not start.`);
    await delay(100);
  }
  provide("dynamodbLocalUrl", url);
  return async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  };
}
