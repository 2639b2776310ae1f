"use client";

import Link from "next/link";
import { useRef, useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { Textarea } from "@/components/ui/form/textarea";
import type { CompletionRequest } from "@/lib/completions/schema";
import { modelPk } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import type { FixHandlers } from "./failure-note";
import { RunResult } from "./run-result";
import { useRuns } from "./use-runs";

const firstPrompt = "In one sentence: what is a state machine?";

type Props = {
  provider: string;
  modelId: string;
  /** What goes with every prompt, such as an agent's system prompt. */
  settings?: Partial<CompletionRequest>;
};

/** Asks one model one question with the stored key and shows what came, how fast and for how much. */
export function TestPanel({ provider, modelId, settings }: Props) {
  const [prompt, setPrompt] = useState(firstPrompt);
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const { runs, start, stop } = useRuns();
  const run = runs.get(modelId) ?? null;
  const running = run?.state === "running";

  function ask(more: Partial<CompletionRequest> = {}, change?: string) {
    setMissing(prompt.trim() === "");
    if (prompt.trim() === "") return;
    const asked = { provider, model_id: modelId, prompt, stream: true, raw: true };
    const request = { ...asked, ...settings, ...more };
    void start(modelId, request, change);
  }

  const handlers: FixHandlers = { again: ask, editPrompt: () => field.current?.focus() };

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
      <form onSubmit={onSubmit} noValidate className="flex flex-col gap-2.5">
        <Field
          label="Prompt"
          required
          error={missing ? "Type a prompt" : undefined}
          hint="Sent to the provider with the stored key; it costs what any call costs."
        >
          {(control) => (
            <Textarea
              {...control}
              ref={field}
              value={prompt}
              onChange={(event) => setPrompt(event.target.value)}
              onKeyDown={onKeyDown}
            />
          )}
        </Field>
        {/* One button that changes its word: the focus stays on it. */}
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
