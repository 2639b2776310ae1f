import type { MachineArn } from "@/lib/runtime/rules/machine-arn";

const hosts: Record<string, string> = {
  "aws-us-gov": "console.amazonaws-us-gov.com",
  "aws-cn": "console.amazonaws.cn",
};

/** A machine or an execution in the AWS console, by its ARN. */
export function awsConsoleUrl({ partition, region }: MachineArn, arn: string): string {
  const host = hosts[partition] ?? "console.aws.amazon.com";
  const page = arn.includes(":execution:") ? "executions/details" : "statemachines/view";
  return `https://${region}.${host}/states/home?region=${region}#/v2/${page}/${encodeURIComponent(arn)}`;
}
