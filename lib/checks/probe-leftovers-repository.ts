import "server-only";
import { DeleteAlarmsCommand, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DeleteItemCommand, GetItemCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { cloudwatch, dynamodb, secretsManager } from "@/lib/aws/clients";
import { type ProbeTarget, probeNames } from "./permission-calls-repository";
import type { PermissionReport } from "./schema";

/** A probe that AWS carried out, or may have carried out without answering. */
export type PossibleWrite = { action: string; target: ProbeTarget; isCertain: boolean };

type Leftover = PermissionReport["left_behind"][number];

/** Something that a probe can leave behind. */
type Trace = {
  what: string;
  /** The command that removes it; null if nothing can. */
  command: string | null;
  exists: () => Promise<boolean>;
  remove: () => Promise<unknown>;
};

/** Removes what probes left behind. @returns what is left, or may be */
export async function removeLeftovers(writes: PossibleWrite[]): Promise<Leftover[]> {
  const traces = new Map<string, { trace: Trace; isCertain: boolean }>();
  for (const { action, target, isCertain } of writes) {
    const trace = traceOf(action, target);
    if (!trace) continue;
    const leftover = traces.get(trace.what);
    traces.set(trace.what, { trace, isCertain: isCertain || leftover?.isCertain === true });
  }
  const left: Leftover[] = [];
  for (const { trace, isCertain } of traces.values()) {
    const state = await removeTrace(trace);
    // AWS may still carry out a call that it didn't answer.
    if (state === "gone" && isCertain) continue;
    const { what, command } = trace;
    left.push({ what, certain: state === "there" || (state === "unseen" && isCertain), command });
  }
  return left;
}

async function removeTrace(trace: Trace): Promise<"gone" | "there" | "unseen"> {
  try {
    if (!(await trace.exists())) return "gone";
    await trace.remove().catch(() => {});
    return (await trace.exists()) ? "there" : "gone";
  } catch {
    return "unseen";
  }
}

function traceOf(action: string, target: ProbeTarget): Trace | null {
  const [service, name] = action.split(":");
  if (name === "PutMetricAlarm") return alarmTrace(target);
  if (name === "PutMetricData") return metricTrace(target);
  if (service === "secretsmanager") return stageTrace(target);
  if (name === "PutItem" || name === "UpdateItem") return rowTrace(target);
  return null;
}

function alarmTrace({ name }: ProbeTarget): Trace {
  const AlarmNames = [probeNames.alarm(name)];
  return {
    what: `The alarm ${AlarmNames[0]}`,
    command: `aws cloudwatch delete-alarms --alarm-names ${AlarmNames[0]}`,
    exists: async () => {
      const answer = await cloudwatch().send(new DescribeAlarmsCommand({ AlarmNames }));
      return (answer.MetricAlarms ?? []).length > 0;
    },
    remove: () => cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames })),
  };
}

function metricTrace({ name }: ProbeTarget): Trace {
  return {
    what: `One data point of the metric ${name}/${probeNames.metric}, which expires by itself`,
    command: null,
    exists: async () => true,
    remove: async () => {},
  };
}

function stageTrace({ name: SecretId }: ProbeTarget): Trace {
  const { stage: VersionStage } = probeNames;
  const findVersion = async () => {
    const { VersionIdsToStages = {} } = await secretsManager().send(
      new DescribeSecretCommand({ SecretId }),
    );
    return Object.keys(VersionIdsToStages).find((id) =>
      VersionIdsToStages[id]?.includes(VersionStage),
    );
  };
  return {
    what: `The stage ${VersionStage} of the secret ${SecretId}`,
    command: `aws secretsmanager update-secret-version-stage --secret-id ${SecretId} --version-stage ${VersionStage} --remove-from-version-id VERSION`,
    exists: async () => (await findVersion()) !== undefined,
    remove: async () => {
      const RemoveFromVersionId = await findVersion();
      const move = { SecretId, VersionStage, RemoveFromVersionId };
      await secretsManager().send(new UpdateSecretVersionStageCommand(move));
    },
  };
}

function rowTrace({ name: TableName, key: Key }: ProbeTarget): Trace {
  const key = JSON.stringify(Key);
  return {
    what: `The row ${key} of ${TableName}`,
    command: `aws dynamodb delete-item --table-name ${TableName} --key '${key}'`,
    exists: async () => {
      const read = new GetItemCommand({ TableName, Key, ConsistentRead: true });
      return (await dynamodb().send(read)).Item !== undefined;
    },
    remove: () => dynamodb().send(new DeleteItemCommand({ TableName, Key })),
  };
}
