import "server-only";
import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ListExecutionsCommand,
} from "@aws-sdk/client-sfn";
import { stepFunctions } from "@/lib/aws/clients";

/** One page of ListExecutions: a second one would cost the account's other callers their rate. */
const pageSize = 1000;

export type Execution = {
  arn: string;
  status: string;
  /** Milliseconds since 1970; null while it runs. */
  started_at: number;
  stopped_at: number | null;
};

/** The newest executions, newest first, and whether there are older ones. */
export type Executions = { executions: Execution[]; isComplete: boolean };

/** One page of a machine's executions; null where Step Functions keeps no list (express machines). */
export async function listNewestExecutions(
  stateMachineArn: string,
  region: string,
  maxResults = pageSize,
): Promise<Executions | null> {
  const command = new ListExecutionsCommand({ stateMachineArn, maxResults });
  try {
    const { executions = [], nextToken } = await stepFunctions(region).send(command);
    return { executions: executions.map(toExecution), isComplete: nextToken === undefined };
  } catch (error) {
    if (error instanceof Error && error.name === "StateMachineTypeNotSupported") return null;
    throw error;
  }
}

function toExecution(item: ExecutionListItem): Execution {
  const { executionArn: arn = "", status = "", startDate, stopDate } = item;
  const started_at = startDate?.getTime() ?? 0;
  return { arn, status, started_at, stopped_at: stopDate?.getTime() ?? null };
}

/** Error and cause of an execution, as Step Functions has them. */
export async function readFailure(
  executionArn: string,
  region: string,
): Promise<{ error: string | null; cause: string | null }> {
  const { error, cause } = await stepFunctions(region).send(
    new DescribeExecutionCommand({ executionArn }),
  );
  return { error: error ?? null, cause: cause ?? null };
}
