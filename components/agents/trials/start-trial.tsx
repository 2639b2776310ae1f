"use client";

import { useId, useMemo, useState } from "react";
import { TargetFields } from "@/components/agents/switch/bulk-switch-fields";
import {
  type ProviderChoice,
  providerChoices,
  providerIdOfAgent,
} from "@/components/agents/switch/model-choice";
import { Button } from "@/components/ui/form/button";
import { FormButtons } from "@/components/ui/form/form-buttons";
import { type ApiForm, useApiForm } from "@/components/ui/form/use-api-form";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/text/note";
import type { AgentRecord } from "@/lib/agents/schema";
import { type ModelRecord, modelPk } from "@/lib/models/schema";
import { maxOtherTargets } from "@/lib/trials/rules/limits";
import type { Trial, TrialRequest } from "@/lib/trials/schema";
import { CaseFields } from "./case-fields";
import { EstimateDialog } from "./estimate-dialog";
import { emptyTrial, type TrialValues, trialSchema } from "./trial-draft";
import { targetNames } from "./trial-labels";

export type StartTrialProps = {
  agent: AgentRecord;
  models: readonly ModelRecord[];
  /** True if the page has unsaved changes. */
  hasDraft: boolean;
  /** A trial whose cases, models and judge are preselected. */
  from?: Trial;
  onStarted: (id: string) => void;
  onClose: () => void;
};

/** Starts a trial in steps: cases and models, the estimated cost, then the start. */
export function StartTrialDialog(props: StartTrialProps) {
  const { agent, models, hasDraft, from, onStarted, onClose } = props;
  const formId = useId();
  const [request, setRequest] = useState<TrialRequest | null>(null);
  const schema = useMemo(() => trialSchema(models), [models]);
  const form = useApiForm({
    schema,
    defaultValues: from ? valuesOf(from, models) : emptyTrial,
  });
  const choices = useMemo(() => choicesFor(agent, models), [agent, models]);
  if (request) {
    return (
      <EstimateDialog
        agent={agent}
        models={models}
        request={request}
        from={from}
        onStarted={(id) => {
          onClose();
          onStarted(id);
        }}
        onBack={() => setRequest(null)}
        onClose={onClose}
      />
    );
  }
  return (
    <Dialog
      title={`Try other models on ${agent.agent_name}'s own work`}
      description={`${
        agent.runtime?.source === "assumed"
          ? "Sends an assumed request, because the agent's state machine can't be read"
          : "Sends the runtime's own request with the agent's prompt and real tools"
      }. No tool is run.`}
      size="lg"
      onClose={onClose}
      footer={<FormButtons label="Continue" busy={false} onCancel={onClose} form={formId} />}
    >
      <form
        method="post"
        id={formId}
        noValidate
        onSubmit={form.submit(async (next) => setRequest(next))}
        className="flex flex-col gap-5 pb-1"
      >
        {hasDraft && (
          <Note tone="info" title="The trial uses what is saved.">
            Your unsaved changes are not part of it.
          </Note>
        )}
        {form.refusal && (
          <Note tone="bad" live>
            {form.refusal.text}
          </Note>
        )}
        <CaseFields
          agent={agent}
          form={form}
          from={from?.texts_deleted_at === null ? from : undefined}
        />
        <Targets agent={agent} form={form} models={models} choices={choices} />
        <Judge form={form} models={models} />
      </form>
    </Dialog>
  );
}

/** The values of an earlier trial. Its cases are gone if its texts were deleted. */
function valuesOf(trial: Trial, models: readonly ModelRecord[]): TrialValues {
  const { id, judge, texts_deleted_at } = trial;
  const judgePk = judge && modelPk(judge);
  return {
    ...emptyTrial,
    ...(texts_deleted_at === null && {
      kind: "same" as const,
      cases: { ...emptyTrial.cases, trial: id },
    }),
    targets: triedModels(trial, models),
    judge: models.find(({ pk }) => pk === judgePk)?.pk ?? "",
  };
}

/** The models of an earlier trial that can be chosen, except the present one. */
function triedModels(trial: Trial, models: readonly ModelRecord[]): string[] {
  const tried = targetNames(trial, models).flatMap(({ model }, index) =>
    model?.is_active && !trial.targets[index]?.is_present ? [model.pk] : [],
  );
  return tried.length > 0 ? tried.slice(0, maxOtherTargets) : [""];
}

/** The provider of an older agent is fixed. */
function choicesFor(agent: AgentRecord, models: readonly ModelRecord[]): ProviderChoice[] {
  const choices = providerChoices(models.filter(({ pk }) => pk !== agent.resolves_to));
  if (agent.unified) return choices;
  return choices.filter(({ id }) => id === providerIdOfAgent(agent));
}

type PartProps = { form: ApiForm<TrialValues, TrialRequest>; models: readonly ModelRecord[] };

type TargetsProps = PartProps & { agent: AgentRecord; choices: readonly ProviderChoice[] };

function Targets({ agent, form, models, choices }: TargetsProps) {
  const targets = form.watch("targets");
  const present = models.find(({ pk }) => pk === agent.resolves_to);
  const choose = (next: string[]) =>
    form.setValue("targets", next, { shouldValidate: form.formState.isSubmitted });
  return (
    <div className="flex flex-col gap-3">
      <p className="text-ink-2">
        Its present model, {present?.display_name ?? agent.llm_model ?? "not set"}, gets the same
        cases for comparison.
      </p>
      {targets.map((pk, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a field is identified by its position
        <div key={index} className="flex flex-wrap items-end gap-2">
          <div className="min-w-0 flex-1 basis-64">
            <TargetFields
              choices={choices}
              target={models.find((model) => model.pk === pk) ?? null}
              onTarget={(model) =>
                choose(targets.map((other, at) => (at === index ? model.pk : other)))
              }
              legend={`Model ${index + 1} to try`}
              labels={{ provider: "Provider", model: "Model" }}
            />
          </div>
          {targets.length > 1 && (
            <Button onClick={() => choose(targets.filter((_, at) => at !== index))}>
              Remove<span className="sr-only"> model {index + 1}</span>
            </Button>
          )}
        </div>
      ))}
      {targetsError(form) && (
        <p role="alert" className="text-sm text-bad">
          {targetsError(form)}
        </p>
      )}
      {targets.length < maxOtherTargets && (
        <Button className="w-fit" onClick={() => choose([...targets, ""])}>
          Add another model
        </Button>
      )}
    </div>
  );
}

function targetsError({ formState: { errors } }: PartProps["form"]): string | undefined {
  const { targets } = errors;
  return targets?.message ?? targets?.root?.message;
}

function Judge({ form, models }: PartProps) {
  const pk = form.watch("judge");
  const choices = useMemo(() => providerChoices(models), [models]);
  return (
    <details className="rounded-md border border-line">
      <summary className="rounded-md px-2.5 py-1.5 text-ink-2 hover:bg-sunken">
        Judge: {models.find((model) => model.pk === pk)?.display_name ?? "none"}
      </summary>
      <div className="flex flex-col gap-3 border-t border-line p-2.5">
        <p className="text-ink-2">
          A model compares each answer with the present model's, without knowing whose they are, and
          in both orders. Its calls count against the limit; what they cost and its instructions
          come next.
        </p>
        <TargetFields
          choices={choices}
          target={models.find((model) => model.pk === pk) ?? null}
          onTarget={(model) => form.setValue("judge", model.pk)}
          legend="Judged by"
          labels={{ provider: "Provider of the judge", model: "Model of the judge" }}
        />
        {pk !== "" && (
          <Button className="w-fit" onClick={() => form.setValue("judge", "")}>
            No judge
          </Button>
        )}
      </div>
    </details>
  );
}
