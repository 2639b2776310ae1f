import * as z from "zod";
import type { Template } from "./template";

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
/** `!Sub arn:…`, `*`, or a reference to a parameter with ARNs. */
const ResourceName = z.union([
  z.string(),
  z.object({ "Fn::Sub": z.string() }).transform((sub) => sub["Fn::Sub"]),
  z.object({ Ref: z.string() }).transform(({ Ref }) => Ref),
]);
const Statement = z.object({
  Sid: z.string(),
  Effect: z.literal("Allow"),
  Action: oneOrMore,
  Resource: ResourceName,
});
const Optional = z.object({ "Fn::If": z.tuple([z.string(), Statement, z.unknown()]) });
const Policy = z.object({
  PolicyDocument: z.object({ Statement: z.array(z.union([Statement, Optional])) }),
});

/**
 * The permissions of the console's policy: those always granted, and those granted only by a
 * parameter.
 */
export type Permissions = { always: Set<string>; onRequest: Set<string> };

const tables: [RegExp, string][] = [
  [/LLMModels-[^/]+$/, "models_table"],
  [/AgentRegistry-[^/]+$/, "agents_table"],
  [/ToolRegistry-[^/]+$/, "tools_table"],
  [/ModelManagement-[^/]+$/, "management_table"],
  [/ModelManagement-[^/]+\/index\/by-day$/, "management_index"],
];

const tableNameOf = (resource: string) => tables.find(([name]) => name.test(resource))?.[1];

/**
 * An action in the format of lib/aws/actions.json; DynamoDB's actions include the table or index.
 * @param resource an ARN, or the name of a table or index
 */
export function permissionOf(action: string, resource: string): string {
  if (!action.startsWith("dynamodb:")) return action;
  return `${action} ${tableNameOf(resource) ?? resource}`;
}

/** Reads the managed policy of the template. @throws ZodError for a statement of another shape */
export function permissionsOf(template: Template): Permissions {
  const { PolicyDocument } = Policy.parse(template.Resources.ConsolePolicy?.Properties);
  const [always, onRequest] = [new Set<string>(), new Set<string>()];
  for (const entry of PolicyDocument.Statement) {
    const [statement, permissions] =
      "Fn::If" in entry ? [entry["Fn::If"][1], onRequest] : [entry, always];
    for (const action of statement.Action)
      permissions.add(permissionOf(action, statement.Resource));
  }
  return { always, onRequest };
}

export type Comparison = {
  /** Actions that the console used and the policy doesn't allow. */
  refused: string[];
  /** Actions that the policy allows unconditionally and that the console never used. */
  unused: string[];
};

/** Compares the local AWS endpoint's action log with the policy. */
export function compareWithPolicy(log: string, { always, onRequest }: Permissions): Comparison {
  const seen = new Set<string>();
  for (const line of log.split("\n").filter(Boolean)) {
    const [action = "", resource = ""] = line.split(" ");
    // Tests also use nonexistent tables with other names.
    if (tableNameOf(resource) || !action.startsWith("dynamodb:"))
      seen.add(permissionOf(action, resource));
  }
  return {
    refused: [...seen].filter((action) => !always.has(action) && !onRequest.has(action)).toSorted(),
    unused: [...always].filter((action) => !seen.has(action)).toSorted(),
  };
}
