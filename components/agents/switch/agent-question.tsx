"use client";

import { ConflictDialog } from "@/components/ui/overlay/conflict-dialog";
import type { AgentChanges } from "@/lib/agents/schema";
import { fieldLabel, formatProviderName } from "@/lib/format";
import { BlockedDialog } from "./blocked-dialog";
import type { SaveAgent, SaveQuestion } from "./use-agent-save";

export type AgentDialogsProps = {
  question: SaveQuestion;
  onSave: SaveAgent;
  /** Their values stand: whatever was typed against them goes. */
  onUseTheirs: (changes: AgentChanges) => void;
  onClose: () => void;
};

/** What a refused save leaves to a person: go ahead all the same, or choose between two values. */
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
