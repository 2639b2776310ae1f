"use client";

import Link from "next/link";
import * as z from "zod/mini";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { Textarea } from "@/components/ui/form/textarea";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { modelPk } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { PlaygroundSettings } from "@/lib/playground/schema";
import type { FixHandlers } from "./failure-note";
import { RunResult } from "./run-result";
import type { TestRequest } from "./send-completion";
import { useRuns } from "./use-runs";

const firstPrompt = "In one sentence: what is a state machine?";

const TypedPrompt = z.pipe(
  z.transform(({ prompt }: { prompt: string }) => ({ prompt: prompt.trim() && prompt })),
  z.pick(PlaygroundSettings, { prompt: true }),
);

type Props = {
  provider: string;
  modelId: string;
  /** Sent with every prompt, such as an agent's system prompt. */
  settings?: Partial<TestRequest>;
};

/** Sends one prompt to one model and shows the answer, its times and its cost. */
export function TestPanel({ provider, modelId, settings }: Props) {
  const form = useApiForm({ schema: TypedPrompt, defaultValues: { prompt: firstPrompt } });
  const { runs, start, stop } = useRuns();
  const run = runs.get(modelId) ?? null;
  const running = run?.state === "running";

  function ask(more: Partial<TestRequest> = {}, change?: string) {
    void form.handleSubmit(({ prompt }) => {
      const base = { provider, model_id: modelId, prompt, stream: true, raw: true };
      void start(modelId, { ...base, ...settings, ...more }, change);
    })();
  }

  const handlers: FixHandlers = { again: ask, editPrompt: () => form.setFocus("prompt") };

  function onSubmit(event: React.FormEvent) {
    event.preventDefault();
    if (running) stop();
    else ask();
  }

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || running) return;
    event.preventDefault();
    ask();
  }

  return (
    <section aria-label="Test completion">
      <form method="post" onSubmit={onSubmit} noValidate className="flex flex-col gap-2.5">
        <Field
          label="Prompt"
          required
          error={form.formState.errors.prompt?.message}
          hint="Sent to the provider with the stored key; it costs what any call costs."
        >
          {(control) => (
            <Textarea {...control} {...form.register("prompt")} onKeyDown={onKeyDown} />
          )}
        </Field>
        {/* One button with two labels, so that it keeps the focus. */}
        <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
          <Button
            type="submit"
            variant={running ? "secondary" : "primary"}
            className="min-w-16 self-start"
          >
            {running ? "Stop" : "Run"}
          </Button>
          <Link
            href={pages.playground({ models: modelPk({ provider, model_id: modelId }) })}
            prefetch={false}
            className="text-sm text-accent underline decoration-line-strong underline-offset-3 hover:decoration-current"
          >
            Open in playground
          </Link>
        </div>
      </form>
      <RunResult run={run} provider={provider} handlers={handlers} />
    </section>
  );
}
