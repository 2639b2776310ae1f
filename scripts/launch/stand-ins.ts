import { startEmbeddedAws } from "../embedded/server";
import { startSimulator } from "../simulator/server";
import { type LocalEnvironment, localRegion } from "./app-environment";
import type { DataFolder } from "./data-folder";
import { LaunchError, reasonOf } from "./launch-error";
import type { Lifecycle } from "./lifecycle";
import { populate } from "./population";

type StandInOptions = {
  ports: { aws: number; simulator: number };
  folder: DataFolder;
  environment: LocalEnvironment;
  /** From `readSeed`. */
  seed: string;
};

/** A number from 0 up. @throws LaunchError for anything else */
function readNumber(variable: "SIMULATOR_PACE" | "SECRET_CACHE_SECONDS", normal: number): number {
  const value = Number(process.env[variable] || normal);
  if (value >= 0) return value;
  throw new LaunchError(`${variable} is "${process.env[variable]}", which is no number.`);
}

/** Registers a stand-in to be stopped. Its start errors are already written for the user. */
async function track<T extends { stop(): Promise<void> }>(
  life: Lifecycle,
  starting: Promise<T>,
): Promise<T> {
  try {
    const standIn = await starting;
    life.onStop(() => standIn.stop());
    return standIn;
  } catch (error) {
    throw new LaunchError(reasonOf(error));
  }
}

/** Starts and populates the stand-ins. @returns the app's environment */
export async function startStandIns(
  life: Lifecycle,
  { ports, folder, environment, seed }: StandInOptions,
): Promise<{ variables: NodeJS.ProcessEnv }> {
  if (!folder.isPopulated) folder.startPopulation(seed);
  const aws = await track(
    life,
    startEmbeddedAws({
      port: ports.aws,
      dataDir: folder.awsDir,
      region: localRegion,
      llmSecretId: environment.configured.LLM_SECRET_ID,
      secretCacheMs: readNumber("SECRET_CACHE_SECONDS", 300) * 1000,
    }),
  );
  console.log(`  AWS stand-in: ${aws.url} (data in ${folder.path})`);
  let answersRetired = false;
  const simulator = await track(
    life,
    startSimulator({
      port: ports.simulator,
      upstreams: environment.upstreams,
      pace: readNumber("SIMULATOR_PACE", 1),
      isMadeUp: () => answersRetired,
    }),
  );
  console.log(`  Provider simulator: ${simulator.url} (answers keys that begin with sandbox-)`);
  aws.connectProviders({ ...environment.upstreams, ...simulator.baseUrls });
  await populate({
    folder,
    awsUrl: aws.url,
    backfill: aws.backfillMetrics,
    past: {
      ...aws,
      withRetiredModels: async (run) => {
        answersRetired = true;
        await run().finally(() => {
          answersRetired = false;
        });
      },
    },
    configured: environment.configured,
    seed,
  });
  if (process.env.EMBEDDED_AWS_QUOTAS === "true") aws.enforceQuotas();
  return { variables: environment.forApp(aws.url, simulator.baseUrls, folder.seed ?? seed) };
}
