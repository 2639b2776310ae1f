import "server-only";
import actions from "@/lib/aws/actions.json";
import { stringAttribute } from "@/lib/aws/attributes";
import { withProbeUserAgent } from "@/lib/aws/clients";
import { env } from "@/lib/env";
import { type ProbeTarget, probeCalls } from "./permission-calls-repository";

type Probe = {
  action: string;
  place: ProbeTarget & { arn: string };
  needed_for: string;
};

export type MissingPermission = {
  action: string;
  /** The ARN that AWS names; one made of the configuration where AWS names none. */
  resource: string;
  needed_for: string;
};

export type PermissionReading = {
  missing: MissingPermission[];
  /** Actions of which AWS did not say in time whether they are allowed. */
  undetermined: string[];
};

/** Each action of lib/aws/actions.json on each thing that it is needed on. */
function probes(): Probe[] {
  const known = places();
  return actions.flatMap(({ action, resource, needed_for }) =>
    (known[resource] ?? []).map((place) => ({ action, place, needed_for })),
  );
}

/** The things behind the resource names of the table; the account is not known, and any will do. */
function places(): Record<string, Probe["place"][]> {
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
    management_table: [table(from.MODEL_MANAGEMENT_TABLE, { pk: none, sk: none })],
    management_index: [table(from.MODEL_MANAGEMENT_TABLE, { day: none }, "by-day")],
    secret: [secret(from.LLM_SECRET_ID)],
    compared_secrets: from.COMPARE_SECRET_IDS.map(secret),
    alarms: [{ name: alarms, key: {}, arn: arn("cloudwatch", `alarm:${alarms}*`) }],
    any: [{ name: "Switchboard", key: {}, arn: "*" }],
  };
}

/**
 * The actions that AWS refuses to the console's own role. Each is tried in a way that changes
 * nothing; any other answer than a refusal, also "does not exist", means that it is allowed.
 * @param patienceMs for each; they are tried at the same time
 */
export async function readPermissions(patienceMs: number): Promise<PermissionReading> {
  const all = probes();
  const tried = await withProbeUserAgent(() =>
    Promise.all(all.map((probe) => probePermission(probe, patienceMs))),
  );
  return {
    missing: tried.filter((outcome) => typeof outcome === "object"),
    undetermined: all.flatMap(({ action }, index) =>
      tried[index] === "undetermined" ? [action] : [],
    ),
  };
}

type Outcome = MissingPermission | "allowed" | "undetermined";

async function probePermission(probe: Probe, patienceMs: number): Promise<Outcome> {
  const { action, place, needed_for } = probe;
  const signal = AbortSignal.timeout(patienceMs);
  try {
    await probeCalls[action]?.(place, signal);
    return "allowed";
  } catch (error) {
    if (signal.aborted) return "undetermined";
    if (!(error instanceof Error) || !error.name.startsWith("AccessDenied")) return "allowed";
    // A call inside the probe may need another action: what AWS names is what is missing.
    const named = /perform: ([\w:]+)/.exec(error.message)?.[1];
    if (named !== undefined && named !== action) return "allowed";
    const arn = /on resource: (arn:\S+)/.exec(error.message)?.[1];
    return { action, needed_for, resource: arn ?? place.arn };
  }
}
