"use client";

import { useQuery } from "@tanstack/react-query";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { Segmented } from "@/components/ui/form/segmented";
import { Select } from "@/components/ui/form/select";
import { Textarea } from "@/components/ui/form/textarea";
import type { ApiForm } from "@/components/ui/form/use-api-form";
import { describeError } from "@/components/ui/text/describe-error";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { RetryNote } from "@/components/ui/text/retry-note";
import type { AgentKey } from "@/lib/agents/schema";
import { pluralize } from "@/lib/format";
import { maxRuns } from "@/lib/trials/rules/limits";
import type { Trial, TrialRequest } from "@/lib/trials/schema";
import { caseSetQueries } from "./queries";
import type { CaseKind, TrialValues } from "./trial-draft";
import { describeSource } from "./trial-labels";

const kinds: { value: CaseKind; label: string }[] = [
  { value: "runs", label: "Its last runs" },
  { value: "messages", label: "Messages" },
  { value: "set", label: "A saved set" },
];

const outcomes = [
  { value: "both", label: "Succeeded or failed" },
  { value: "succeeded", label: "Succeeded only" },
  { value: "failed", label: "Failed only" },
];

type Props = {
  agent: AgentKey;
  form: ApiForm<TrialValues, TrialRequest>;
  /** An earlier trial whose cases can be reused. */
  from: Trial | undefined;
};

/** The cases to send: calls of the last runs, messages, or a saved set. */
export function CaseFields({ agent, form, from }: Props) {
  const kind = form.watch("kind");
  const errors = form.formState.errors.cases;
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-1.5 font-medium">Cases</legend>
      <Segmented
        label="Where the cases come from"
        className="w-fit max-w-full overflow-x-auto"
        value={kind}
        options={from ? [{ value: "same", label: "The same" }, ...kinds] : kinds}
        onChange={(next) => form.setValue("kind", next)}
      />
      {kind === "same" && from && (
        <p className="text-ink-2">
          The {describeSource(from)} of the trial <RelativeTime at={from.created_at} />.
          {errors && (
            <span role="alert" className="block text-sm text-bad">
              {errors.trial?.message ?? errors.message}
            </span>
          )}
        </p>
      )}
      {kind === "runs" && (
        <div className="grid gap-x-2.5 gap-y-3 sm:grid-cols-[8rem_1fr]">
          <Field label="How many runs" error={errors?.last_runs?.message ?? errors?.message}>
            {(control) => <NumberInput {...control} {...form.register("cases.last_runs")} />}
          </Field>
          <Field
            label="Which runs"
            hint={`1 to ${maxRuns}, newest first. Of each run its first model call, and one after a tool result if it used tools. Repeated ones are left out.`}
          >
            {(control) => (
              <Select {...control} {...form.register("cases.outcome")} options={outcomes} />
            )}
          </Field>
        </div>
      )}
      {kind === "messages" && (
        <Field
          label="Messages"
          error={errors?.messages?.message ?? errors?.message}
          hint="Each is a case of its own. Write a line of --- between two messages, or paste JSONL: {&quot;messages&quot;: […]}, one case a line."
        >
          {(control) => <Textarea {...control} {...form.register("cases.messages")} rows={5} />}
        </Field>
      )}
      {kind === "set" && <SetField agent={agent} form={form} />}
    </fieldset>
  );
}

function SetField({ agent, form }: Pick<Props, "agent" | "form">) {
  const query = useQuery(caseSetQueries.list(agent));
  const error = form.formState.errors.cases;
  if (query.error && !query.data) {
    return (
      <RetryNote
        title="The sets couldn't be read."
        onRetry={() => query.refetch()}
        retrying={query.isFetching}
      >
        {describeError(query.error).detail}
      </RetryNote>
    );
  }
  const sets = query.data?.case_sets ?? [];
  return (
    <Field
      label="Set"
      error={error?.set?.message ?? error?.message}
      hint={query.data && sets.length === 0 && "There are none yet. Write one with “Case sets…”."}
    >
      {(control) => (
        <Select
          {...control}
          disabled={sets.length === 0}
          placeholder={query.data ? "Choose a set" : "Loading…"}
          value={form.watch("cases.set")}
          onChange={({ target }) => form.setValue("cases.set", target.value)}
          options={sets.map(({ id, name, case_count }) => ({
            value: id,
            label: name,
            description: pluralize(case_count, "case"),
          }))}
        />
      )}
    </Field>
  );
}
