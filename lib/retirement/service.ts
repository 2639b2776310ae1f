import "server-only";
import { planSwitch } from "@/lib/agents/plan-service";
import type { Actor } from "@/lib/auth/actor";
import { etagOf } from "@/lib/aws/attributes";
import { AppError, invalidField } from "@/lib/errors";
import { findModelRow } from "@/lib/models/reference-service";
import type { DefectiveRow, ModelRow } from "@/lib/models/row";
import { assertNotInUse } from "@/lib/models/rules/refusals";
import { isDefective } from "@/lib/models/rules/soundness";
import { type AgentRef, type ModelKey, modelPk, type RetireOptions } from "@/lib/models/schema";
import { assertFresh, requireRow, showCurrent } from "@/lib/models/service";
import { listModelUsers } from "@/lib/models/users-service";
import type { OperationRecord } from "@/lib/operations/schema";
import { runOperation } from "@/lib/operations/service";
import type { Step } from "@/lib/operations/step";
import { stepBuilders } from "@/lib/operations-steps";

/**
 * Retires a model: deletes its row, after switching its agents to the replacement, as one operation
 * with one undo. The operation lists refused steps.
 * @throws AppError `not_found`, `stale`, `model_in_use` (no replacement), `invalid`, and every
 *   refusal of a switch; then nothing has been written
 */
export async function retireModel(
  actor: Actor,
  key: ModelKey,
  { replacement, override_reason }: RetireOptions,
  etag: string | null,
): Promise<OperationRecord> {
  const pk = modelPk(key);
  const row = await requireRow(pk);
  await assertFresh(key, row, etag);
  const agents = await listModelUsers(pk);
  if (replacement === undefined) assertNotInUse(pk, agents);
  const switches =
    replacement === undefined ? [] : await switchesTo(replacement, pk, agents, override_reason);
  const operation = await runOperation(
    actor,
    {
      kind: "retire",
      title: replacement ? `Retire ${pk}, replaced by ${replacement}` : `Retire ${pk}`,
      steps: [...switches, deletion(row)],
    },
    stepBuilders,
  );
  if (operation.status === "done" || replacement !== undefined) return operation;
  assertNotInUse(pk, await listModelUsers(pk));
  await requireRow(pk);
  return showCurrent(new AppError("conflict", ""), key, etag);
}

async function switchesTo(
  replacement: string,
  pk: string,
  agents: AgentRef[],
  override_reason: string | undefined,
): Promise<Step[]> {
  if (replacement === pk) throw invalidField("replacement", "Choose another model.");
  const target = await findModelRow(replacement);
  if (!target || isDefective(target)) {
    const message = `The replacement "${replacement}" is not registered. Choose a registered model.`;
    throw new AppError("model_not_registered", message, {
      errors: [{ path: "replacement", message }],
    });
  }
  return planSwitch(agents, target, override_reason);
}

function deletion({ pk, raw }: ModelRow | DefectiveRow): Step {
  return {
    entity: { kind: "model", id: pk },
    before: raw,
    after: null,
    expected_etag: etagOf(raw),
    takes_back: false,
    model_pk: null,
    model_pk_before: null,
  };
}
