import "server-only";
import { AppError } from "@/lib/errors";
import { parseMachineArn } from "@/lib/runtime/rules/machine-arn";
import { describeExecution } from "./repository";

const executionArn =
  /^arn:[\w-]{1,20}:states:[\w-]{1,30}:\d{12}:execution:[^:\s]{1,80}:[^:\s]{1,80}$/;

/**
 * Error and cause of an execution by its ARN; null for any other text.
 * @throws AppError `not_found`, `aws_unavailable`
 */
export async function readFailureText(text: string): Promise<string | null> {
  const arn = text.trim();
  if (!executionArn.test(arn)) return null;
  const stored = arn.replace(":execution:", ":stateMachine:").replace(/:[^:]*$/, "");
  const machine = parseMachineArn(stored);
  if (!machine) return null;
  const { status, error, cause } = await describeExecution({ ...machine, stored }, arn);
  if (status === "failed" || status === "timed_out") {
    return [error, cause].filter(Boolean).join(": ") || "The run timed out.";
  }
  throw new AppError("not_found", `This run has not failed: it is ${status}.`);
}
