import "server-only";
import { findAccount } from "@/lib/aws/account";
import actions from "@/lib/aws/actions.json";
import { stringAttribute } from "@/lib/aws/attributes";
import { withProbeUserAgent } from "@/lib/aws/clients";
import { isAccessDenied } from "@/lib/aws/refusals";
import { env } from "@/lib/env";
import { type ProbeTarget, probeCalls } from "./permission-calls-repository";
import { type PossibleWrite, removeLeftovers } from "./probe-leftovers-repository";
import type { MissingPermission, PermissionReport } from "./schema";

type Probe = {
  action: string;
  target: ProbeTarget & { arn: string };
  needed_for: string;
};

/** Each action of lib/aws/actions.json with each resource that needs it. */
function probes(account: string): Probe[] {
  const targetsByResource = places(account);
  return actions.flatMap(({ action, resource, needed_for }) =>
    (targetsByResource[resource] ?? []).map((target) => ({ action, target, needed_for })),
  );
}

/**
 * The resources for the names in that file.
 * @param account in the ARN of the tested state machine; AWS refuses ARNs of other
 *   accounts
 */
function places(account = "*"): Record<string, Probe["target"][]> {
  const from = env();
  const arn = (service: string, rest: string) => `arn:aws:${service}:${from.AWS_REGION}:*:${rest}`;
  const table = (name: string, key: ProbeTarget["key"], indexName?: string) => {
    const index = indexName ? `/index/${indexName}` : "";
    return { name, key, indexName, arn: arn("dynamodb", `table/${name}${index}`) };
  };
  const secret = (name: string) => {
    // AWS adds a dash and six characters to a secret's name.
    const isArn = name.startsWith("arn:");
    return { name, key: {}, arn: isArn ? name : arn("secretsmanager", `secret:${name}-??????`) };
  };
  const none = stringAttribute("none");
  const alarms = `switchboard-${from.ENV_NAME}/`;
  return {
    models_table: [table(from.LLM_MODELS_TABLE, { pk: stringAttribute("none#none") })],
    agents_table: [table(from.AGENT_REGISTRY_TABLE, { agent_name: none, version: none })],
    tools_table: [table(from.TOOL_REGISTRY_TABLE, { tool_name: none })],
    state_machines: [
      {
        name: `arn:aws:states:${from.AWS_REGION}:${account}:stateMachine:switchboard-probe`,
        key: {},
        arn: arn("states", "stateMachine:*"),
      },
    ],
    state_machine_aliases: [
      {
        name: `arn:aws:states:${from.AWS_REGION}:${account}:stateMachine:switchboard-probe:none`,
        key: {},
        arn: arn("states", "stateMachine:*"),
      },
    ],
    executions: [
      {
        name: `arn:aws:states:${from.AWS_REGION}:${account}:execution:switchboard-probe:none`,
        key: {},
        arn: arn("states", "execution:*:*"),
      },
    ],
    management_table: [table(from.MODEL_MANAGEMENT_TABLE, { pk: none, sk: none })],
    management_index: [table(from.MODEL_MANAGEMENT_TABLE, { day: none }, "by-day")],
    secret: [secret(from.LLM_SECRET_ID)],
    compared_secrets: from.COMPARE_SECRET_IDS.map(secret),
    alarms: [{ name: alarms, key: {}, arn: arn("cloudwatch", `alarm:${alarms}*`) }],
    alarm_topic: from.ALARM_TOPIC_ARN
      ? [{ name: from.ALARM_TOPIC_ARN, key: {}, arn: from.ALARM_TOPIC_ARN }]
      : [],
    any: [{ name: "Switchboard", key: {}, arn: "*" }],
  };
}

/**
 * The ARN of a table or secret by its name; all machines or executions for one of them; otherwise
 * the target itself.
 */
export function arnOf(target: string): string {
  if (target.includes(":stateMachine:"))
    return target.replace(/:stateMachine:.*/, ":stateMachine:*");
  if (target.includes(":execution:")) return target.replace(/:execution:.*/, ":execution:*:*");
  const resource = Object.values(places())
    .flat()
    .find(({ name, indexName }) => target === (indexName ? `${name}/index/${indexName}` : name));
  return resource?.arn ?? target;
}

/** The timeout of one call, in milliseconds. */
const callTimeoutMs = 5_000;

type Outcome =
  | { kind: "denied"; missing: MissingPermission }
  /** AWS answered. `accepted` if it carried out the call instead of rejecting its parameters. */
  | { kind: "allowed"; accepted: boolean }
  | { kind: "undetermined" };

type Tried = Probe & { outcome: Outcome };

/**
 * Tests each action once, reads concurrently and writes one after another, and those without an
 * answer once more on their own. Then removes anything that the writes left behind.
 * @param only these actions
 */
export async function checkActions(only?: readonly string[]): Promise<PermissionReport> {
  const account = (await findAccount()) ?? "000000000000";
  const all = probes(account).filter(({ action }) => !only || only.includes(action));
  return withProbeUserAgent(async () => {
    const tried = await Promise.all(
      all.filter(({ action }) => !isWrite(action)).map((probe) => tryProbe(probe, callTimeoutMs)),
    );
    for (const probe of all.filter(({ action }) => isWrite(action))) {
      tried.push(await tryProbe(probe, callTimeoutMs));
    }
    for (const [index, probe] of tried.entries()) {
      if (probe.outcome.kind === "undetermined") {
        tried[index] = await tryProbe(probe, 2 * callTimeoutMs);
      }
    }
    return {
      as_of: new Date().toISOString(),
      allowed: actionsOf(tried, "allowed"),
      missing: tried.flatMap(({ outcome }) => (outcome.kind === "denied" ? outcome.missing : [])),
      undetermined: actionsOf(tried, "undetermined"),
      left_behind: await removeLeftovers(tried.flatMap(mayHaveWritten)),
    };
  });
}

const isWrite = (action: string) => !/:(Get|List|Describe|Scan|Query|ConditionCheck)/.test(action);

function actionsOf(tried: Tried[], kind: Outcome["kind"]): string[] {
  return [
    ...new Set(tried.flatMap(({ action, outcome }) => (outcome.kind === kind ? action : []))),
  ];
}

function mayHaveWritten({ action, target, outcome }: Tried): PossibleWrite[] {
  if (!isWrite(action) || outcome.kind === "denied") return [];
  if (outcome.kind === "undetermined") return [{ action, target, isCertain: false }];
  return outcome.accepted ? [{ action, target, isCertain: true }] : [];
}

async function tryProbe(probe: Probe, timeoutMs: number): Promise<Tried> {
  return { ...probe, outcome: await outcomeOf(probe, timeoutMs) };
}

async function outcomeOf(
  { action, target, needed_for }: Probe,
  timeoutMs: number,
): Promise<Outcome> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const accepted = await probeCalls[action]?.(target, signal);
    return { kind: "allowed", accepted: accepted !== false };
  } catch (error) {
    if (isAccessDenied(error)) {
      // A call may need another action as well, such as kms:Decrypt.
      const missing = /perform: ([\w-]+:\w+)/.exec(error.message)?.[1] ?? action;
      const named = /on resource: (arn:\S+)/.exec(error.message)?.[1];
      const resource = named ? arnOf(named) : target.arn;
      return { kind: "denied", missing: { action: missing, resource, needed_for } };
    }
    return isRefusedRequest(error)
      ? { kind: "allowed", accepted: false }
      : { kind: "undetermined" };
  }
}

/** AWS rejected the parameters or the condition, which it checks after the permission. */
function isRefusedRequest(error: unknown): boolean {
  if (!(error instanceof Error) || !("$metadata" in error)) return false;
  const { httpStatusCode: status = 0 } = error.$metadata as { httpStatusCode?: number }; // Of every SDK error.
  return status >= 400 && status < 500 && !/Throttl|Throughput|TooManyRequests/.test(error.name);
}
