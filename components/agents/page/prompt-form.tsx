"use client";

import { useDeferredValue } from "react";
import * as z from "zod/mini";
import type { SaveAgent } from "@/components/agents/switch/use-agent-save";
import { Field } from "@/components/ui/form/field";
import { returnFocusToPanel } from "@/components/ui/form/return-focus-to-panel";
import { Textarea } from "@/components/ui/form/textarea";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { Note } from "@/components/ui/text/note";
import { TextDiff } from "@/components/ui/text/text-diff";
import { AgentChanges, type AgentRecord } from "@/lib/agents/schema";
import { formatCount } from "@/lib/format";
import { LeaveGuard } from "./leave-guard";
import { SaveBar } from "./save-bar";

type Props = {
  agent: AgentRecord;
  /** The record that the edit started from. */
  base: AgentRecord;
  onEdit: (base: AgentRecord | null) => void;
  save: SaveAgent;
};

const SystemPrompt = z.required(z.pick(AgentChanges, { system_prompt: true }));

/** Loaded when a prompt is edited, because it needs the form and schema libraries. */
export function PromptForm({ agent, base, onEdit, save }: Props) {
  const stored = base.system_prompt ?? "";
  const form = useApiForm({ schema: SystemPrompt, defaultValues: { system_prompt: stored } });
  const text = form.watch("system_prompt");
  const isChanged = text !== stored;
  const isChangedElsewhere = agent.system_prompt !== base.system_prompt;
  const submit = form.submit(async (changes) => {
    if (isChanged || isChangedElsewhere) await save(base, changes);
    else onEdit(null);
  });

  return (
    <form method="post" ref={returnFocusToPanel} onSubmit={submit} noValidate>
      <Field
        label="System prompt"
        hideLabel
        hint={characters(text)}
        error={form.formState.errors.system_prompt?.message}
      >
        {(control) => (
          <Textarea
            {...control}
            {...form.register("system_prompt")}
            rows={6}
            readOnly={form.isPending}
            autoFocus
          />
        )}
      </Field>
      {isChangedElsewhere && (
        <Note tone="warn" title="Someone else changed it meanwhile." live className="mt-2">
          Your text is kept; saving it asks you first. It says now: “{promptExcerpt(agent)}”
        </Note>
      )}
      {isChanged && <PromptDiff before={stored} after={text} />}
      <SaveBar busy={form.isPending} refusal={form.refusal} onDiscard={() => onEdit(null)} />
      {isChanged && <LeaveGuard what="the system prompt" />}
    </form>
  );
}

/** The dialog that a save opens shows the full text. */
function promptExcerpt({ system_prompt }: AgentRecord): string {
  const text = system_prompt ?? "";
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function characters(text: string): string {
  return `${formatCount(text.length)} characters`;
}

/** A diff of the prompt; deferred, so that it may lag behind typing. */
function PromptDiff({ before, after }: { before: string; after: string }) {
  const deferred = useDeferredValue(after);
  return (
    <div className="mt-3">
      <TextDiff label="What saving changes" before={before} after={deferred} isOpen />
    </div>
  );
}
