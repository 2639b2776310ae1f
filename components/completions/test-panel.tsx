"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Textarea } from "@/components/ui/textarea";
import { RunResult } from "./run-result";
import { useTestRun } from "./use-test-run";

const firstPrompt = "In one sentence: what is a state machine?";

/** Asks one model one question with the stored key and shows what came, how fast and for how much. */
export function TestPanel({ provider, modelId }: { provider: string; modelId: string }) {
  const [prompt, setPrompt] = useState(firstPrompt);
  const [missing, setMissing] = useState(false);
  const { run, start, stop } = useTestRun();
  const running = run?.state === "running";

  function ask() {
    setMissing(prompt.trim() === "");
    if (prompt.trim() === "") return;
    void start({ provider, model_id: modelId, prompt, stream: true });
  }

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
              value={prompt}
              onChange={(event) => setPrompt(event.target.value)}
              onKeyDown={onKeyDown}
            />
          )}
        </Field>
        {/* One button that changes its word: the focus stays on it. */}
        <Button
          type="submit"
          variant={running ? "secondary" : "primary"}
          className="min-w-16 self-start"
        >
          {running ? "Stop" : "Run"}
        </Button>
      </form>
      <RunResult run={run} provider={provider} />
    </section>
  );
}
