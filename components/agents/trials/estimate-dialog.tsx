"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import * as z from "zod/mini";
import { paramsOf } from "@/components/agents/runs/queries";
import { PriceDoubt } from "@/components/prices/price-doubt";
import { PriceOriginText } from "@/components/prices/price-origin-text";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { Textarea } from "@/components/ui/form/textarea";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { Dialog } from "@/components/ui/overlay/dialog";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { Note } from "@/components/ui/text/note";
import { Tag } from "@/components/ui/text/tag";
import type { AgentRecord } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";
import { formatMoney, pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { defaultLimitUsd } from "@/lib/trials/rules/limits";
import { type Trial, type TrialEstimate, TrialRequest } from "@/lib/trials/schema";
import { trialQueries } from "./queries";
import { describeCase, targetNames } from "./trial-labels";

type Props = {
  agent: AgentRecord;
  models: readonly ModelRecord[];
  request: TrialRequest;
  /** An earlier trial, for its limit and the judge's instructions. */
  from: Trial | undefined;
  onStarted: (id: string) => void;
  onBack: () => void;
  onClose: () => void;
};

/** What a trial would send and cost. Nothing has been sent yet. */
export function EstimateDialog(props: Props) {
  const { agent, models, request, onBack, onClose } = props;
  const formId = useId();
  const query = useQuery(trialQueries.estimate(agent, request));
  const form = useStartForm(props, query.data?.judge_prompt);
  const canStart = query.data !== undefined && query.data.cases.length > 0;
  return (
    <Dialog
      title="Before it starts"
      description="Nothing has been sent yet."
      size="lg"
      locked={form.isPending}
      onClose={onClose}
      footer={
        <>
          <Button className="sm:mr-auto" disabled={form.isPending} onClick={onBack}>
            Back
          </Button>
          <Button disabled={form.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button
            variant="primary"
            type="submit"
            form={formId}
            disabled={!canStart}
            busy={form.isPending}
          >
            Start trial
          </Button>
        </>
      }
    >
      <QueryBoundary
        query={query}
        skeleton={
          <Loading label="Finding the cases">
            <p aria-hidden="true" className="mb-2 text-ink-3">
              Finding the cases and what they cost…
            </p>
            <Skeleton className="h-40 w-full" />
          </Loading>
        }
        errorTitle="The trial couldn't be prepared"
      >
        {(estimate) => (
          <form
            method="post"
            id={formId}
            noValidate
            onSubmit={form.submit(form.start)}
            className="flex flex-col gap-4 pb-1"
          >
            {form.refusal && (
              <Note tone="bad" title="It didn't start." live>
                {form.refusal.text}
              </Note>
            )}
            <Found estimate={estimate} models={models} />
            <Field
              label="Spending limit, in USD"
              required
              className="sm:max-w-60"
              error={form.formState.errors.limit_usd?.message}
              hint="The trial stops before a call that could go over it."
            >
              {(control) => <NumberInput {...control} {...form.register("limit_usd")} before="$" />}
            </Field>
            <LimitNote estimate={estimate} limit={Number(form.watch("limit_usd"))} />
            {request.judge && (
              <div className="flex flex-col gap-1.5">
                <Field
                  label="The judge's instructions"
                  error={form.formState.errors.judge?.prompt?.message}
                >
                  {(control) => (
                    <Textarea {...control} {...form.register("judge.prompt")} rows={6} />
                  )}
                </Field>
                {form.watch("judge.prompt") !== estimate.judge_prompt && (
                  <Button
                    size="sm"
                    className="w-fit"
                    onClick={() => form.setValue("judge.prompt", estimate.judge_prompt)}
                  >
                    Use the default instructions
                  </Button>
                )}
              </div>
            )}
          </form>
        )}
      </QueryBoundary>
    </Dialog>
  );
}

type StartValues = { limit_usd: string; judge: { prompt: string } };

const toLimit = (text: string) => Number(text.replace(/^\s*\$/, "").trim());

function useStartForm(props: Props, judgePrompt: string | undefined) {
  const { agent, request, from, onStarted } = props;
  const client = useQueryClient();
  const { judge } = request;
  const valuesOf = (prompt: string) => ({
    limit_usd: (from?.limit_usd ?? defaultLimitUsd).toFixed(2),
    judge: { prompt },
  });
  const form = useApiForm({
    schema: z.pipe(
      z.transform(
        (values: StartValues): z.input<typeof TrialRequest> => ({
          ...request,
          limit_usd: toLimit(values.limit_usd),
          ...(judge && { judge: { ...judge, prompt: values.judge.prompt } }),
        }),
      ),
      TrialRequest,
    ),
    defaultValues: valuesOf(""),
    // The instructions come with the estimate.
    ...(judgePrompt !== undefined && { values: valuesOf(from?.judge?.prompt ?? judgePrompt) }),
  });
  async function start(body: TrialRequest) {
    const { id } = await apiFetch("startTrial", { params: paramsOf(agent), body });
    await client.invalidateQueries({ queryKey: trialQueries.of(agent) });
    onStarted(id);
  }
  return { ...form, start };
}

function Found({ estimate, models }: { estimate: TrialEstimate; models: readonly ModelRecord[] }) {
  const { cases, calls, targets, expected_usd, max_usd, judge_expected_usd, notes } = estimate;
  const names = targetNames(estimate, models);
  const cost = (usd: number | null) => formatMoney(usd, { significantDigits: 3 });
  return (
    <>
      <p className="font-medium">
        {pluralize(cases.length, "case")}, {pluralize(calls, "call")}: about {cost(expected_usd)},
        at most {cost(max_usd)}
      </p>
      {cases.length === 0 && (
        <Note tone="warn" title="There is nothing to send.">
          Go back and choose other runs, or write messages.
        </Note>
      )}
      {notes.map((note) => (
        <Note key={note} tone="info">
          {note}
        </Note>
      ))}
      <table aria-label="Cost by model" className="w-full text-left">
        <thead className="text-sm text-ink-3">
          <tr>
            <th className="py-1 pr-2 font-normal">Model</th>
            <th className="px-2 py-1 text-right font-normal">Expected</th>
            <th className="py-1 pl-2 text-right font-normal">At most</th>
          </tr>
        </thead>
        <tbody>
          {targets.map((target, index) => (
            <tr key={names[index]?.pk} className="border-t border-line">
              <td className="py-1.5 pr-2 wrap-anywhere">
                {names[index]?.name} {target.is_present && <Tag tone="accent">Now</Tag>}
                <PriceDoubt model={names[index]?.model} />
              </td>
              <td className="px-2 py-1.5 text-right tabular-nums">{cost(target.expected_usd)}</td>
              <td className="py-1.5 pl-2 text-right tabular-nums">{cost(target.max_usd)}</td>
            </tr>
          ))}
          {judge_expected_usd !== null && (
            <tr className="border-t border-line">
              <td className="py-1.5 pr-2">The judge</td>
              <td className="px-2 py-1.5 text-right tabular-nums">{cost(judge_expected_usd)}</td>
              <td />
            </tr>
          )}
        </tbody>
      </table>
      <details className="rounded-md border border-line">
        <summary className="rounded-md px-2.5 py-1.5 text-ink-2 hover:bg-sunken">
          Where the prices are from
        </summary>
        <ul className="border-t border-line px-2.5 py-1.5 text-sm text-ink-2">
          {names.map(({ pk, name, model }) => (
            <li key={pk} className="py-0.5 wrap-anywhere">
              {name}: {model ? <PriceOriginText pk={pk} name="input_price" /> : "not registered."}
            </li>
          ))}
        </ul>
      </details>
      {cases.length > 0 && (
        <details className="rounded-md border border-line">
          <summary className="rounded-md px-2.5 py-1.5 text-ink-2 hover:bg-sunken">
            The {pluralize(cases.length, "case")}
          </summary>
          <ol className="max-h-60 overflow-y-auto border-t border-line">
            {cases.map((entry) => {
              const { title, about } = describeCase(entry);
              return (
                <li
                  key={entry.index}
                  className="border-t border-line px-2.5 py-1 wrap-anywhere first:border-t-0"
                >
                  <span className="mr-1.5 font-mono text-sm text-ink-3">{entry.index + 1}</span>
                  {title} {about && <span className="text-sm text-ink-3">{about}</span>}
                </li>
              );
            })}
          </ol>
        </details>
      )}
    </>
  );
}

/** Whether the limit is enough; nothing if it isn't a number. */
function LimitNote({ estimate, limit }: { estimate: TrialEstimate; limit: number }) {
  const { expected_usd, max_usd, targets } = estimate;
  const dearest = Math.max(0, ...targets.map(({ max_call_usd }) => max_call_usd ?? 0));
  if (!(limit > 0)) return null;
  if (limit < dearest) {
    return (
      <Note tone="warn" title="The limit is below a single call." live>
        One call may cost {formatMoney(dearest, { significantDigits: 3 })}, so nothing would be sent
        to that model.
      </Note>
    );
  }
  if (limit < expected_usd) {
    return (
      <Note tone="warn" title="The limit is below the estimate." live>
        The trial will probably stop before all calls are made.
      </Note>
    );
  }
  if (limit >= max_usd) return null;
  return (
    <p className="text-sm text-ink-3">
      Enough by the estimate. If answers are much longer than expected, the trial stops at the
      limit.
    </p>
  );
}
