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

/** SIMULATOR_PACE multiplies the waits of simulated answers: 1 is lifelike, 0 answers at once. */
function pace(): number {
  const value = Number(process.env.SIMULATOR_PACE || 1);
  if (value >= 0) return value;
  throw new LaunchError(`SIMULATOR_PACE is "${process.env.SIMULATOR_PACE}", which is no number.`);
}

/** The stand-ins say themselves, in a sentence, what they could not use. */
async function started<T extends { stop(): Promise<void> }>(
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

/** Starts the AWS endpoint and the simulator, populates, and answers the app's environment. */
export async function startStandIns(
  life: Lifecycle,
  { ports, folder, environment, seed }: StandInOptions,
): Promise<{ variables: NodeJS.ProcessEnv }> {
  if (!folder.isPopulated) folder.beginPopulation(seed);
  const aws = await started(
    life,
    startEmbeddedAws({ port: ports.aws, dataDir: folder.awsDir, region: localRegion }),
  );
  console.log(`  AWS stand-in: ${aws.url} (data in ${folder.path})`);
  const simulator = await started(
    life,
    startSimulator({ port: ports.simulator, upstreams: environment.upstreams, pace: pace() }),
  );
  console.log(`  Provider simulator: ${simulator.url} (answers keys that begin with sandbox-)`);
  await populate({
    folder,
    awsUrl: aws.url,
    backfill: aws.backfillMetrics,
    configured: environment.configured,
    seed,
  });
  return { variables: environment.forApp(aws.url, simulator.baseUrls, folder.seed ?? seed) };
}
