export type MachineArn = {
  /** Without a version or alias. */
  arn: string;
  partition: string;
  region: string;
  account: string;
  name: string;
  /** The version's number or the alias's name; null for the machine itself. */
  qualifier: string | null;
};

/** The parts of a state machine's ARN; null if the text isn't one. */
export function parseMachineArn(text: string): MachineArn | null {
  const parts = text.trim().split(":");
  const [arn, partition = "", service, region = "", account = "", kind, name = "", end] = parts;
  if (arn !== "arn" || service !== "states" || kind !== "stateMachine") return null;
  if (!region || !account || !name) return null;
  const own = parts.slice(0, 7).join(":");
  return { arn: own, partition, region, account, name, qualifier: end || null };
}
