"use client";

import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Field } from "@/components/ui/field";
import { Note } from "@/components/ui/note";
import { Textarea } from "@/components/ui/textarea";
import { AgentChanges, type AgentRecord } from "@/lib/agents/schema";
import { LeaveGuard } from "./leave-guard";
import { SaveBar, useSaving } from "./save-bar";
import type { SaveAgent } from "./use-agent-save";

/** A text that is not saved yet, and the record on which it was begun. */
export type PromptDraft = { base: AgentRecord; text: string };

type Props = {
  agent: AgentRecord;
  draft: PromptDraft | null;
  onDraft: (draft: PromptDraft | null) => void;
  save: SaveAgent;
  canWrite: boolean;
};

export function PromptCard(props: Props) {
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
        <p className="max-h-96 overflow-y-auto whitespace-pre-wrap wrap-anywhere text-ink-2">
          {prompt || <span className="text-ink-3">{prompt === null ? "not set" : "empty"}</span>}
        </p>
      )}
    </Card>
  );
}

function PromptForm({ agent, draft, onDraft, save }: Props & { draft: PromptDraft }) {
  const { busy, refusal, run, refuse } = useSaving();
  const { base, text } = draft;
  const isChanged = text !== (base.system_prompt ?? "");
  const isChangedElsewhere = agent.system_prompt !== base.system_prompt;

  function submit(event: React.FormEvent) {
    event.preventDefault();
    const parsed = AgentChanges.safeParse({ system_prompt: text });
    const [issue] = parsed.error?.issues ?? [];
    if (issue) return refuse({ title: "Not saved.", text: issue.message });
    if (!isChanged && !isChangedElsewhere) return onDraft(null);
    void run(() => save(base, { system_prompt: text }));
  }

  return (
    <form onSubmit={submit} noValidate>
      <Field label="System prompt" hideLabel hint={characters(text)}>
        {(control) => (
          <Textarea
            {...control}
            rows={6}
            value={text}
            readOnly={busy}
            autoFocus
            onChange={({ target }) => onDraft({ base, text: target.value })}
          />
        )}
      </Field>
      {isChangedElsewhere && (
        <Note tone="warn" title="Someone else changed it meanwhile." live className="mt-2">
          Your text is kept; saving it asks you first. It says now: “{beginning(agent)}”
        </Note>
      )}
      <SaveBar busy={busy} refusal={refusal} onDiscard={() => onDraft(null)} />
      {isChanged && <LeaveGuard what="the system prompt" />}
    </form>
  );
}

/** The whole of it is in the dialog that a save opens. */
function beginning({ system_prompt }: AgentRecord): string {
  const text = system_prompt ?? "";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function characters(text: string): string {
  return `${text.length.toLocaleString("en-US")} characters`;
}
