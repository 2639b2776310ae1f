"use client";

import {
  modelLockedReason,
  providerChoices,
  providerIdOfAgent,
  providerLockedReason,
} from "@/components/agents/switch/model-choice";
import {
  modelOptions,
  providerOptions,
  storedOption,
  storedValue,
} from "@/components/agents/switch/model-options";
import type { SaveAgent } from "@/components/agents/switch/use-agent-save";
import { switchTo } from "@/components/agents/switch/use-agent-switch";
import { Field } from "@/components/ui/form/field";
import { Select } from "@/components/ui/form/select";
import { useAttempt } from "@/components/ui/form/use-attempt";
import { Note } from "@/components/ui/text/note";
import type { AgentRecord } from "@/lib/agents/schema";
import { formatProviderName } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { SaveBar } from "./save-bar";

/** An unsaved choice, the record that it is based on, and the trial that led to it. */
export type ModelDraft = { base: AgentRecord; model: ModelRecord; trial_id?: string };

export type ModelFormProps = {
  agent: AgentRecord;
  models: readonly ModelRecord[];
  /** The registered model that the row resolves to. */
  stored: ModelRecord | undefined;
  draft: ModelDraft | null;
  onDraft: (draft: ModelDraft | null) => void;
  save: SaveAgent;
  /** Shown between the fields and the buttons. */
  children: React.ReactNode;
};

export function ModelForm(props: ModelFormProps) {
  const { agent, models, stored, draft, onDraft, save, children } = props;
  const { attempt, isPending, refusal, clearRefusal } = useAttempt();
  const isSwitchedElsewhere =
    draft !== null &&
    (agent.llm_provider !== draft.base.llm_provider || agent.llm_model !== draft.base.llm_model);

  function setDraft(next: ModelDraft | null) {
    clearRefusal();
    onDraft(next);
  }

  function submit(event: React.FormEvent) {
    event.preventDefault();
    if (!draft) return;
    const { base, model, trial_id } = draft;
    void attempt(() => save(base, { ...switchTo(base, model), ...(trial_id && { trial_id }) }));
  }

  return (
    <form method="post" onSubmit={submit}>
      <ModelSelects
        agent={agent}
        models={models}
        stored={stored}
        chosen={draft?.model}
        onChoose={(model) => setDraft({ base: draft?.base ?? agent, model })}
      />
      {isSwitchedElsewhere && (
        <Note tone="warn" title="Someone else switched it meanwhile" live className="mt-3">
          to {formatProviderName(providerIdOfAgent(agent))} /{" "}
          <span className="font-mono">{agent.llm_model}</span>. Your choice is kept; saving it asks
          you first.
        </Note>
      )}
      {children}
      {draft && <SaveBar busy={isPending} refusal={refusal} onDiscard={() => setDraft(null)} />}
    </form>
  );
}

type SelectsProps = Pick<ModelFormProps, "agent" | "models" | "stored"> & {
  /** Not saved yet. */
  chosen: ModelRecord | undefined;
  onChoose: (model: ModelRecord) => void;
};

/** Choosing a provider chooses its default model. */
function ModelSelects({ agent, models, stored, chosen, onChoose }: SelectsProps) {
  const model = chosen ?? stored;
  const providerId = chosen?.provider_id ?? providerIdOfAgent(agent);
  const choices = providerChoices(models);
  const choice = choices.find(({ id }) => id === providerId);
  const isOffered = choice?.models.some(({ pk }) => pk === model?.pk) ?? false;
  const options = modelOptions(choice);
  const fixed = providerLockedReason(agent);
  const choose = (next: ModelRecord | undefined) => next && onChoose(next);
  return (
    <div className="grid gap-x-2.5 gap-y-3 sm:grid-cols-[1fr_1.4fr]">
      <Field label="Provider" hint={fixed && `${fixed}.`}>
        {(control) => (
          <Select
            {...control}
            disabled={fixed !== null}
            value={providerId}
            placeholder="not set"
            onChange={({ target }) =>
              choose(choices.find(({ id }) => id === target.value)?.models[0])
            }
            options={providerOptions(choices, providerId)}
          />
        )}
      </Field>
      <Field label="Model">
        {(control) => (
          <Select
            {...control}
            disabled={modelLockedReason(agent) !== null}
            value={isOffered && model ? model.pk : storedValue}
            onChange={({ target }) => choose(choice?.models.find(({ pk }) => pk === target.value))}
            options={isOffered ? options : [storedOption(agent, stored), ...options]}
          />
        )}
      </Field>
    </div>
  );
}
