"use client";

import { type FormEvent, type KeyboardEvent, useRef } from "react";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { NumberInput } from "@/components/ui/form/number-input";
import { Switch } from "@/components/ui/form/switch";
import { Textarea } from "@/components/ui/form/textarea";
import { useIsHydrated } from "@/components/ui/lazy-part";
import { Split } from "@/components/ui/split";
import { Kbd } from "@/components/ui/text/kbd";
import type { ModelRecord } from "@/lib/models/schema";
import { ChosenModels } from "./chosen-models";
import { emptyValues } from "./form-values";
import { ImageField } from "./image-field";
import { ToolsField } from "./tools-field";
import type { Playground } from "./use-playground";

type Props = {
  playground: Playground;
  models: readonly ModelRecord[];
  onChoose: () => void;
};

/** The form of a run: models, prompt, tools and settings. Keeps its values after a run. */
export function Composer({ playground, models, onChoose }: Props) {
  const { isRunning, runAll, stop } = playground;
  const form = useRef<HTMLFormElement>(null);
  const isHydrated = useIsHydrated();

  async function run() {
    if (await runAll()) return;
    // The fields are marked as invalid in the next frame.
    requestAnimationFrame(() => {
      form.current?.querySelector<HTMLElement>("[aria-invalid=true], [data-invalid]")?.focus();
    });
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (isRunning) stop();
    else void run();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || isRunning) return;
    event.preventDefault();
    void run();
  }

  return (
    <form
      method="post"
      ref={form}
      aria-label="What to ask"
      noValidate
      onSubmit={onSubmit}
      onKeyDown={onKeyDown}
      className="rounded-lg border border-line bg-panel px-4 py-3.5"
    >
      {/* Disabled until hydration, because typed text would reach no handler and be lost. */}
      <fieldset disabled={!isHydrated} className="contents">
        <ChosenModels playground={playground} models={models} onChoose={onChoose} />
        <div className="mt-3.5">
          <Split aside={<Settings playground={playground} />}>
            <Texts playground={playground} />
          </Split>
        </div>
        <div className="mt-3.5 flex flex-wrap items-center gap-3">
          {/* One button with two labels, so that it keeps the focus. */}
          <Button type="submit" variant={isRunning ? "secondary" : "primary"} className="min-w-20">
            {isRunning ? "Stop all" : "Run"}
          </Button>
          <p className="text-sm text-ink-3">
            <span className="max-md:hidden">
              <Kbd>Ctrl</Kbd> <Kbd>Enter</Kbd> runs.{" "}
            </span>
            Each model is called with its provider's stored key, and costs what any call costs.
          </p>
        </div>
      </fieldset>
    </form>
  );
}

type PartProps = Pick<Props, "playground">;

function Texts({ playground: { form, readImageFile } }: PartProps) {
  const { errors } = form.formState;

  function onPaste(event: React.ClipboardEvent) {
    const [file] = event.clipboardData.files;
    if (!file) return;
    event.preventDefault();
    void readImageFile(file);
  }

  return (
    <div className="flex flex-col gap-3">
      <Field label="Prompt" required error={errors.prompt?.message}>
        {(control) => (
          <Textarea
            {...control}
            {...form.register("prompt")}
            rows={5}
            placeholder="What should the models answer? An image can be pasted here."
            onPaste={onPaste}
          />
        )}
      </Field>
      <Field label="System prompt" error={errors.system?.message}>
        {(control) => (
          <Textarea {...control} {...form.register("system")} rows={2} placeholder="None" />
        )}
      </Field>
      <ToolsField
        value={form.watch("tools")}
        error={errors.tools?.message}
        onChange={(tools) => {
          form.setValue("tools", tools);
          form.clearErrors("tools");
        }}
      />
    </div>
  );
}

function Settings({ playground }: PartProps) {
  const { register, formState } = playground.form;
  const { errors } = formState;
  return (
    <div className="flex flex-col gap-3">
      <div className="grid grid-cols-2 gap-3">
        <Field label="Temperature" hint="0 to 2" error={errors.temperature?.message}>
          {(control) => (
            <NumberInput {...control} {...register("temperature")} placeholder="model's own" />
          )}
        </Field>
        <Field label="Max tokens" hint="Of the answer" error={errors.max_tokens?.message}>
          {(control) => (
            <NumberInput
              {...control}
              {...register("max_tokens")}
              inputMode="numeric"
              placeholder="model's own"
            />
          )}
        </Field>
      </div>
      <ImageField playground={playground} />
      <Switch
        {...register("stream")}
        // For the server render, before the form is hydrated.
        defaultChecked={emptyValues.stream}
        label="Stream"
        description="The agents' caller does not stream; off asks as it does"
      />
    </div>
  );
}
