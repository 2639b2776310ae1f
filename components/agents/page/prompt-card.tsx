"use client";

import type { SaveAgent } from "@/components/agents/switch/use-agent-save";
import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/form/button";
import { ScrollRegion } from "@/components/ui/scroll-region";
import type { AgentRecord } from "@/lib/agents/schema";
import { PromptForm } from "./lazy-parts";

type PromptCardProps = {
  agent: AgentRecord;
  /** The record being edited; null while the text is only shown. */
  edited: AgentRecord | null;
  onEdit: (base: AgentRecord | null) => void;
  save: SaveAgent;
  canWrite: boolean;
};

export function PromptCard(props: PromptCardProps) {
  const { agent, edited, onEdit, canWrite, save } = props;
  const prompt = agent.system_prompt;
  return (
    <Card
      title="System prompt"
      action={
        canWrite &&
        !edited && (
          <Button size="sm" variant="ghost" onClick={() => onEdit(agent)}>
            Edit
          </Button>
        )
      }
    >
      {edited ? (
        <PromptForm agent={agent} base={edited} onEdit={onEdit} save={save} />
      ) : (
        <ScrollRegion
          label="Scrollable text"
          className="max-h-96 overflow-y-auto rounded-sm whitespace-pre-wrap wrap-anywhere text-ink-2"
        >
          {prompt || <span className="text-ink-3">{prompt === null ? "not set" : "empty"}</span>}
        </ScrollRegion>
      )}
    </Card>
  );
}
