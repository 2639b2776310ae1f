"use client";

import { useQuery } from "@tanstack/react-query";
import { type FormEventHandler, useId } from "react";
import { agentQueries } from "@/components/agents/queries";
import { modelQueries } from "@/components/models/queries";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { Select } from "@/components/ui/form/select";
import { TextInput } from "@/components/ui/form/text-input";
import type { BudgetScope } from "@/lib/budgets/schema";
import { providers } from "@/lib/providers/schema";
import { usageGroupings } from "@/lib/usage/rules/groupings";
import { scopeLabels } from "./budget-labels";
import type { BudgetForm } from "./use-budget-form";

type Props = {
  id: string;
  form: BudgetForm;
  isNew: boolean;
  isReadOnly: boolean;
  onSubmit: FormEventHandler;
};

/** The amount, and for a new budget its scope. */
export function BudgetFields({ id, form, isNew, isReadOnly, onSubmit }: Props) {
  return (
    <form
      method="post"
      id={id}
      noValidate
      className="flex flex-col gap-3"
      onSubmit={(event) => (isReadOnly ? event.preventDefault() : onSubmit(event))}
    >
      {isNew && (
        <div className="grid gap-3 sm:grid-cols-[9rem_minmax(0,1fr)]">
          <Field label="Of a" required>
            {(control) => (
              <Select
                {...control}
                {...form.register("scope", { onChange: () => form.setValue("key", "") })}
                options={usageGroupings.map((value) => ({ value, label: scopeLabels[value] }))}
              />
            )}
          </Field>
          <KeyField form={form} />
        </div>
      )}
      <Field
        label="USD a month"
        required
        error={form.formState.errors.monthly_usd?.message}
        hint="A month begins and ends at midnight UTC."
      >
        {(control) => (
          <NumberInput
            {...control}
            {...form.register("monthly_usd")}
            before="$"
            className="w-44"
            readOnly={isReadOnly}
          />
        )}
      </Field>
    </form>
  );
}

function KeyField({ form }: { form: BudgetForm }) {
  const listId = useId();
  const scope = form.watch("scope");
  const names = useNames(scope);
  const error = form.formState.errors.key?.message;
  if (scope === "provider") {
    return (
      <Field label="Provider" required error={error}>
        {(control) => (
          <Select
            {...control}
            {...form.register("key")}
            placeholder="Choose a provider"
            options={providers.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
      </Field>
    );
  }
  return (
    <Field
      label={scopeLabels[scope]}
      required
      error={error}
      hint={scope === "model" ? "provider#model_id" : "All versions of it count together."}
    >
      {(control) => (
        <>
          <TextInput {...control} {...form.register("key")} mono list={listId} autoComplete="off" />
          <datalist id={listId}>
            {names.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}

/** Suggestions. Other names may be typed, because metrics may have any name. */
function useNames(scope: BudgetScope["scope"]): string[] {
  const agents = useQuery({ ...agentQueries.list(), enabled: scope === "agent" });
  const models = useQuery({ ...modelQueries.list(), enabled: scope === "model" });
  const names =
    scope === "agent"
      ? agents.data?.agents.map(({ agent_name }) => agent_name)
      : models.data?.models.map(({ pk }) => pk);
  return [...new Set(names)].sort();
}
