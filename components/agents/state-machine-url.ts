/** Where the console of each AWS partition is. */
const consoles: Record<string, string> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

/** The page of a state machine in the AWS console; null for what is no ARN of one. */
export function stateMachineUrl(arn: string): string | null {
  const [, partition = "", region] =
    /^arn:([a-z-]+):states:([a-z0-9-]+):\d{12}:stateMachine:[^\s]+$/.exec(arn) ?? [];
  const host = consoles[partition];
  if (!host || !region) return null;
  return `https://${region}.${host}/states/home?region=${region}#/statemachines/view/${encodeURIComponent(arn)}`;
}
