"use client";

import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { agentQueries } from "@/components/agents/queries";
import { modelQueries } from "@/components/models/queries";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { Select } from "@/components/ui/form/select";
import { TextInput } from "@/components/ui/form/text-input";
import type { BudgetOf } from "@/lib/budgets/schema";
import { providers } from "@/lib/providers/schema";
import { usageGroupings } from "@/lib/usage/rules/groupings";
import { scopeWords } from "./budget-words";
import type { BudgetForm } from "./use-budget-form";

type Props = {
  form: BudgetForm;
  /** By field, in the words of the API's schema. */
  errors: Record<string, string>;
  isNew: boolean;
  isReadOnly: boolean;
  onChange: (change: Partial<BudgetForm>) => void;
  onSubmit: () => void;
};

/** Whose budget it is, while it is new, and how much. */
export function BudgetFields({ form, errors, isNew, isReadOnly, onChange, onSubmit }: Props) {
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {isNew && (
        <div className="grid gap-3 sm:grid-cols-[9rem_minmax(0,1fr)]">
          <Field label="Of a" required>
            {(control) => (
              <Select
                {...control}
                value={form.scope}
                options={usageGroupings.map((value) => ({ value, label: scopeWords[value] }))}
                onChange={({ target }) => {
                  const scope = usageGroupings.find((known) => known === target.value);
                  if (scope) onChange({ scope, key: "" });
                }}
              />
            )}
          </Field>
          <KeyField form={form} error={errors.key} onChange={onChange} />
        </div>
      )}
      <Field
        label="USD a month"
        required
        error={errors.monthly_usd}
        hint="A month begins and ends at midnight UTC."
      >
        {(control) => (
          <NumberInput
            {...control}
            before="$"
            className="w-44"
            readOnly={isReadOnly}
            value={form.amount}
            onChange={({ target }) => onChange({ amount: target.value })}
          />
        )}
      </Field>
    </form>
  );
}

type KeyFieldProps = Pick<Props, "form" | "onChange"> & { error: string | undefined };

function KeyField({ form: { scope, key }, error, onChange }: KeyFieldProps) {
  const listId = useId();
  const names = useNames(scope);
  if (scope === "provider") {
    return (
      <Field label="Provider" required error={error}>
        {(control) => (
          <Select
            {...control}
            value={key}
            placeholder="Choose a provider"
            options={providers.map(({ id, name }) => ({ value: id, label: name }))}
            onChange={({ target }) => onChange({ key: target.value })}
          />
        )}
      </Field>
    );
  }
  return (
    <Field
      label={scopeWords[scope]}
      required
      error={error}
      hint={scope === "model" ? "provider#model_id" : "All versions of it count together."}
    >
      {(control) => (
        <>
          <TextInput
            {...control}
            mono
            list={listId}
            autoComplete="off"
            value={key}
            onChange={({ target }) => onChange({ key: target.value })}
          />
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

/** What is registered; others may be typed, since a metric may name anything. */
function useNames(scope: BudgetOf["scope"]): string[] {
  const agents = useQuery({ ...agentQueries.list(), enabled: scope === "agent" });
  const models = useQuery({ ...modelQueries.list(), enabled: scope === "model" });
  const names =
    scope === "agent"
      ? agents.data?.agents.map(({ agent_name }) => agent_name)
      : models.data?.models.map(({ pk }) => pk);
  return [...new Set(names)].sort();
}
