import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DrillError, restoreDrill } from "./deploy/restore-drill";
import { tableNames } from "./populate/tables";

const usage = `npm run restore-drill -- [--env name] [--point-in-time time|latest] [--keep]

Restores ModelManagement into a new table, checks that the console works on it, and deletes it.
  --env name            the table ModelManagement-{name}; else MODEL_MANAGEMENT_TABLE, else ENV_NAME's
  --point-in-time time  by AWS's point-in-time recovery, such as 2026-11-29T10:00:00Z or latest;
                        without it the rows are read and written into the new table
  --keep                keep the new table
AWS's own variables choose account, region and endpoint: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL.`;

class UsageError extends Error {}

function parse() {
  try {
    const options = {
      env: { type: "string" },
      "point-in-time": { type: "string" },
      keep: { type: "boolean" },
      help: { type: "boolean" },
    } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function pointInTimeOf(text: string | undefined): Date | "latest" | undefined {
  if (text === undefined || text === "latest") return text;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new UsageError(`"${text}" is not a time.`);
  return time;
}

function sourceOf(env: string | undefined): string {
  if (env === undefined && process.env.MODEL_MANAGEMENT_TABLE) {
    return process.env.MODEL_MANAGEMENT_TABLE;
  }
  return tableNames(env ?? (process.env.ENV_NAME || "prod")).management;
}

async function run(): Promise<void> {
  const { help, keep = false, env, "point-in-time": time } = parse();
  if (help) return console.log(usage);
  const pointInTime = pointInTimeOf(time);
  const source = sourceOf(env);
  const target = `${source}-drill-${Date.now()}`;
  const dynamodb = new DynamoDBClient({});
  const region = await dynamodb.config.region().catch(() => {
    throw new UsageError(
      "No region is set. Set AWS_REGION, or AWS_PROFILE to one that has a region.",
    );
  });
  // The console's own code reads these. Nobody signs in to this process.
  Object.assign(process.env, {
    AWS_REGION: region,
    MODEL_MANAGEMENT_TABLE: target,
    NEXTAUTH_URL: "http://localhost",
    NEXTAUTH_SECRET: randomBytes(32).toString("hex"),
    LOG_LEVEL: "error",
  });
  try {
    const report = (line: string) => console.log(`  ${line}`);
    console.log(`Restore drill of ${source}${pointInTime ? `, by AWS to ${time}` : ""}`);
    await restoreDrill({
      dynamodb,
      source,
      target,
      keep,
      report,
      ...(pointInTime && { pointInTime }),
    });
    console.log("The restored table works.");
  } finally {
    dynamodb.destroy();
  }
}

try {
  await run();
} catch (error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof UsageError) console.error(`${message}\n\n${usage}`);
  else if (error instanceof DrillError) console.error(`The drill failed: ${message}`);
  else console.error(`The drill failed: ${name}: ${message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
