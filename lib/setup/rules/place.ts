import type { LookedIn, MissingPart } from "../schema";

/** Where the console looked, and what else may be wrong if the agents' own tables are missing. */
export function describePlace(
  { account, region, names }: LookedIn,
  missing: readonly Pick<MissingPart, "kind">[],
): string {
  const place =
    account === null
      ? `region ${region} (AWS did not say in which account)`
      : `account ${account}, region ${region}`;
  const sentence = `The console looked in ${place}, for ${names.slice(0, -1).join(", ")} and the secret ${names.at(-1)}.`;
  const isElsewhere = missing.some(
    ({ kind }) => kind === "models_table" || kind === "agents_table",
  );
  if (!isElsewhere) return sentence;
  return `${sentence} If your agents are somewhere else, correct AWS_REGION, ENV_NAME or the server's AWS credentials, and restart the console.`;
}
