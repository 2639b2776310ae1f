"use client";

import dynamic from "next/dynamic";
import type { SaveAgent } from "@/components/agents/switch/use-agent-save";
import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/form/button";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import type { AgentRecord } from "@/lib/agents/schema";

/** A text that is not saved yet, and the record on which it was begun. */
export type PromptDraft = { base: AgentRecord; text: string };

const PromptForm = dynamic(() => import("./prompt-form").then((file) => file.PromptForm), {
  ssr: false,
  loading: () => (
    <Loading label="Loading the form">
      <Skeleton className="h-32 w-full" />
    </Loading>
  ),
});

export type PromptCardProps = {
  agent: AgentRecord;
  draft: PromptDraft | null;
  onDraft: (draft: PromptDraft | null) => void;
  save: SaveAgent;
  canWrite: boolean;
};

export function PromptCard(props: PromptCardProps) {
  const { agent, draft, onDraft, canWrite } = props;
  const prompt = agent.system_prompt;
  return (
    <Card
      title="System prompt"
      action={
        canWrite &&
        !draft && (
          <Button
            size="sm"
            variant="ghost"
            onClick={() => onDraft({ base: agent, text: prompt ?? "" })}
          >
            Edit
          </Button>
        )
      }
    >
      {draft ? (
        <PromptForm {...props} draft={draft} />
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
