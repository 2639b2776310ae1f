export type MachineArn = {
  /** Without the version or alias that it may end in. */
  arn: string;
  partition: string;
  region: string;
  account: string;
  name: string;
};

/** The parts of a state machine's ARN; null if it is none. */
export function parseMachineArn(text: string): MachineArn | null {
  const parts = text.trim().split(":");
  const [arn, partition = "", service, region = "", account = "", kind, name = ""] = parts;
  if (arn !== "arn" || service !== "states" || kind !== "stateMachine") return null;
  if (!region || !account || !name) return null;
  return { arn: parts.slice(0, 7).join(":"), partition, region, account, name };
}
