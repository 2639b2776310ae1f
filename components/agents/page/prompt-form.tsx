"use client";

import { useDeferredValue } from "react";
import { Field } from "@/components/ui/form/field";
import { handOnFocus } from "@/components/ui/form/hand-on-focus";
import { Textarea } from "@/components/ui/form/textarea";
import { Note } from "@/components/ui/text/note";
import { TextDiff } from "@/components/ui/text/text-diff";
import { AgentChanges, type AgentRecord } from "@/lib/agents/schema";
import { formatCount } from "@/lib/format";
import { LeaveGuard } from "./leave-guard";
import type { PromptCardProps, PromptDraft } from "./prompt-card";
import { SaveBar, useSaving } from "./save-bar";

type Props = PromptCardProps & { draft: PromptDraft };

/** Loaded when a prompt is edited: it validates with the API's own schema. */
export function PromptForm({ agent, draft, onDraft, save }: Props) {
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
    <form ref={handOnFocus} onSubmit={submit} noValidate>
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
      {isChanged && <PromptDiff before={base.system_prompt ?? ""} after={text} />}
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
  return `${formatCount(text.length)} characters`;
}

/** What saving would change in the prompt. It may lag a moment behind the typing of a long one. */
function PromptDiff({ before, after }: { before: string; after: string }) {
  const shown = useDeferredValue(after);
  return (
    <div className="mt-3">
      <TextDiff label="What saving changes" before={before} after={shown} isOpen />
    </div>
  );
}
