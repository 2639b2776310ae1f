import "server-only";
import type { TrialEvidence } from "@/lib/activity/schema";
import { changeEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import type { RawItem } from "@/lib/aws/attributes";
import type { AttributeChanges } from "@/lib/aws/narrow-update";
import type { WriteItem } from "@/lib/aws/transact";
import { requireModelForSwitch } from "@/lib/models/reference-service";
import { updateAgentRow } from "./repository";
import type { AgentRow } from "./row";
import { agentEntityId } from "./rules/entity";
import { recordSettings } from "./settings-repository";

type AgentChange = {
  /** The attributes to write; null removes an attribute. */
  written: AttributeChanges;
  /** The event's details. */
  before: RawItem;
  after: RawItem;
  /** Other attributes that must be unchanged. */
  dependsOn: Iterable<string>;
  /** The registered target model. */
  model: { pk: string; mayBeInactive?: boolean } | null;
  operation_id?: string;
  reason?: string;
  evidence?: TrialEvidence;
};

/**
 * All writes that change one agent. `held` are the conditions that keep the new model registered;
 * agents in one transaction share them.
 */
export async function changeWrites(
  actor: Actor,
  row: AgentRow,
  { written, before, after, dependsOn, model, ...origin }: AgentChange,
): Promise<{ own: WriteItem[]; held: WriteItem[] }> {
  const entity = { kind: "agent", id: agentEntityId(row) } as const;
  const change = { action: "agent.update", entity, before, after, ...origin } as const;
  return {
    own: [
      updateAgentRow(row, written, dependsOn),
      await changeEvent(actor, change),
      recordSettings(actor.name, row, written),
    ],
    held: model ? requireModelForSwitch(model.pk, model.mayBeInactive) : [],
  };
}
