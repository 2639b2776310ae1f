import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { startApp } from "./launch/app";
import { type AppMode, liveEnvironment } from "./launch/app-environment";
import { ensureBuild } from "./launch/build";
import { LaunchError, reasonOf } from "./launch/launch-error";
import { type Lifecycle, launch } from "./launch/lifecycle";
import { assertPortsFree, freePort } from "./launch/ports";
import {
  portFrom,
  printSignIn,
  readOptions,
  signInFrom,
  warnOfNodeSupport,
} from "./launch/settings";

/** The region from AWS_REGION, AWS_DEFAULT_REGION, or the profile. */
async function requireRegion(client: DynamoDBClient): Promise<string> {
  const region = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION;
  if (region) return region;
  try {
    return await client.config.region();
  } catch {
    throw new LaunchError(
      "No AWS region is known; set AWS_REGION, for example AWS_REGION=eu-west-1 npm run start:aws.",
    );
  }
}

/** Only a hint; the app reports missing credentials on screen. */
async function warnWithoutCredentials(client: DynamoDBClient): Promise<void> {
  try {
    await client.config.credentials();
  } catch (error) {
    console.log(`  AWS credentials: none found (${reasonOf(error)}); the app will say so too`);
  }
}

/** `npm run start:aws`: the app on loopback, with real AWS and real providers. */
async function start(life: Lifecycle): Promise<void> {
  const options = readOptions(process.argv.slice(2), ["--dev"]);
  const mode: AppMode = options.has("--dev") ? "development" : "production";
  const client = new DynamoDBClient({});
  const region = await requireRegion(client);
  let port = portFrom(process.env, "PORT", 3000);
  await assertPortsFree([{ variable: "PORT", port }]);
  port ||= await freePort();
  const signIn = signInFrom(process.env);
  const variables = liveEnvironment({ mode, port, signIn }, region);
  console.log(`Switchboard on this machine, against AWS in ${region}.`);
  if (mode === "production") await ensureBuild(life);
  await warnWithoutCredentials(client);
  client.destroy();
  await startApp(life, { port, mode, variables });
  warnOfNodeSupport();
  console.log("  Ready; Ctrl-C stops everything.");
  printSignIn(`http://localhost:${port}`, signIn);
}

await launch(start);
