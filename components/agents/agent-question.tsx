"use client";

import { ConflictDialog } from "@/components/ui/overlay/conflict-dialog";
import type { AgentChanges, AgentRecord } from "@/lib/agents/schema";
import { formatProviderName } from "@/lib/format";
import { BlockedDialog } from "./blocked-dialog";
import { contested, type Question, type WrittenField } from "./save-agent";

export type AgentQuestionProps = {
  question: Question;
  onSave: (base: AgentRecord, changes: AgentChanges) => Promise<void>;
  /** Their values stand: whatever was typed against them goes. */
  onTakeTheirs: () => void;
  onClose: () => void;
};

/** What a refused save leaves to a person: go ahead all the same, or choose between two values. */
export function AgentQuestion({ question, onSave, onTakeTheirs, onClose }: AgentQuestionProps) {
  const { base, changes } = question;
  if (question.kind === "blocked") {
    return (
      <BlockedDialog
        agent={base}
        findings={question.findings}
        onOverride={(override_reason) => onSave(base, { ...changes, override_reason })}
        onClose={onClose}
      />
    );
  }
  const { current } = question;
  return (
    <ConflictDialog
      subject={`${base.agent_name} ${base.version}`}
      fields={contested(base, current, changes).map((name) => ({
        name,
        label: labels[name],
        base: shown(name, base[name]),
        theirs: shown(name, current[name]),
        mine: shown(name, changes[name] ?? base[name]),
      }))}
      onKeepMine={() => onSave(current, changes)}
      onTakeTheirs={async () => onTakeTheirs()}
      onClose={onClose}
    />
  );
}

const labels: Record<WrittenField, string> = {
  llm_provider: "Provider",
  llm_model: "Model",
  system_prompt: "System prompt",
};

function shown(name: WrittenField, value: string | null): string {
  if (value === null) return "not set";
  if (name !== "llm_provider" || formatProviderName(value) === value) return value;
  return `${formatProviderName(value)} (${value})`;
}
