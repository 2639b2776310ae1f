import "server-only";
import type { Use } from "./refusals";

/** Members of the requests that the console sends. Others are ignored. */
type Input = {
  TableName?: string;
  IndexName?: string;
  SecretId?: string;
  stateMachineArn?: string;
  TopicArn?: string;
  executionArn?: string;
  RequestItems?: Record<string, unknown>;
  TransactItems?: Record<string, { TableName?: string }>[];
};

const transactActions: Record<string, string> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
  Get: "GetItem",
};

/** The permissions that a call needs: action and table or secret. `service` is the IAM prefix. */
export function usesOf(service: string, commandName: string, request: object): Use[] {
  const input: Input = request;
  const operation = commandName.replace(/Command$/, "");
  const use = (name: string, target = "*") => ({ action: `${service}:${name}`, target });
  if (input.TransactItems) {
    const uses = input.TransactItems.flatMap((item) =>
      Object.entries(item).flatMap(([kind, { TableName }]) => {
        const name = transactActions[kind];
        return name ? [use(name, TableName)] : [];
      }),
    );
    return [...new Map(uses.map((entry) => [`${entry.action} ${entry.target}`, entry])).values()];
  }
  if (input.RequestItems)
    return Object.keys(input.RequestItems).map((table) => use(operation, table));
  const table =
    input.IndexName && input.TableName
      ? `${input.TableName}/index/${input.IndexName}`
      : input.TableName;
  // A permission covers all executions of a machine.
  const executions = input.executionArn?.replace(/:[^:]*$/, ":*");
  return [
    use(
      operation,
      table ?? input.SecretId ?? input.stateMachineArn ?? input.TopicArn ?? executions,
    ),
  ];
}
