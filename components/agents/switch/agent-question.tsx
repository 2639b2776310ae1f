"use client";

import { ConflictDialog } from "@/components/ui/overlay/conflict-dialog";
import type { AgentChanges } from "@/lib/agents/schema";
import { fieldLabel, formatProviderName } from "@/lib/format";
import { BlockedDialog } from "./blocked-dialog";
import type { SaveAgent, SaveQuestion } from "./use-agent-save";

export type AgentDialogsProps = {
  question: SaveQuestion;
  onSave: SaveAgent;
  /** Called when the other person's values are kept. Discards the typed ones. */
  onUseTheirs: (changes: AgentChanges) => void;
  onClose: () => void;
};

/** The dialogs after a refused save: override, or resolve a conflict. */
export function AgentDialogs({ question, onSave, onUseTheirs, onClose }: AgentDialogsProps) {
  if (question.kind === "blocked") {
    const { base, changes, findings } = question;
    return (
      <BlockedDialog
        agent={base}
        findings={findings}
        onOverride={(override_reason) => onSave(base, { ...changes, override_reason })}
        onClose={onClose}
      />
    );
  }
  const { base, current, changes } = question.conflict;
  return (
    <ConflictDialog
      subject={`${base.agent_name} ${base.version}`}
      conflict={question.conflict}
      label={(name) => fieldLabel(name, "agent")}
      format={(name, values) => formatField(name, values[name] ?? null)}
      onKeepMine={() => onSave(current, changes)}
      onTakeTheirs={async () => onUseTheirs(changes)}
      onClose={onClose}
    />
  );
}

function formatField(name: keyof AgentChanges, value: string | null): string {
  if (value === null) return "not set";
  const provider = formatProviderName(value);
  return name === "llm_provider" && provider !== value ? `${provider} (${value})` : value;
}
