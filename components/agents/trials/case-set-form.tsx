"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import * as z from "zod/mini";
import { paramsOf } from "@/components/agents/runs/queries";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { FileButton } from "@/components/ui/form/file-button";
import { FormButtons } from "@/components/ui/form/form-buttons";
import { TextInput } from "@/components/ui/form/text-input";
import { Textarea } from "@/components/ui/form/textarea";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { Dialog } from "@/components/ui/overlay/dialog";
import { Note } from "@/components/ui/text/note";
import type { AgentKey } from "@/lib/agents/schema";
import { ApiError, apiFetch } from "@/lib/api/client";
import { formatBytes } from "@/lib/format";
import { type CaseSet, CaseSetDraft } from "@/lib/trials/rules/case-schema";
import { JsonlError, parseJsonl, toJsonl } from "@/lib/trials/rules/jsonl";
import { maxSetBytes } from "@/lib/trials/rules/limits";
import { caseSetQueries } from "./queries";

const Draft = z.strictObject({
  name: CaseSetDraft.shape.name,
  jsonl: z.string().check(({ value, issues }) => {
    const message = jsonlProblem(value);
    if (message) issues.push({ code: "custom", input: value, message });
  }),
});

function jsonlProblem(text: string): string | null {
  try {
    if (parseJsonl(text).length === 0) return "Write a case, one a line";
  } catch (error) {
    if (error instanceof JsonlError) return error.message;
    throw error;
  }
  const bytes = bytesOf(text);
  if (bytes <= maxSetBytes) return null;
  return `The cases take ${formatBytes(bytes)}, and a set holds at most ${formatBytes(maxSetBytes)}. Split them into two sets.`;
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** The share of the limit from which the counter warns. */
const nearlyFull = 0.8;

const example =
  '{"messages": [{"role": "user", "content": "How many orders did we ship last week?"}], "expect": {"tool": "execute_sql_query"}}';

type Props = {
  agent: AgentKey;
  /** Null for a new one. */
  set: CaseSet | null;
  onBack: () => void;
};

/** Name and cases of a set, typed, pasted or read from a file. */
export function CaseSetForm({ agent, set, onBack }: Props) {
  const client = useQueryClient();
  const formId = useId();
  const [theirs, setTheirs] = useState<CaseSet | null>(null);
  const form = useApiForm({
    schema: Draft,
    defaultValues: { name: set?.name ?? "", jsonl: set ? toJsonl(set.cases) : "" },
  });
  const { errors } = form.formState;
  const bytes = bytesOf(form.watch("jsonl"));

  async function save(body: z.infer<typeof Draft>, etag: string | undefined) {
    try {
      if (set === null) await apiFetch("createCaseSet", { params: paramsOf(agent), body });
      else {
        const params = { ...paramsOf(agent), id: set.id };
        await apiFetch("saveCaseSet", { params, body, ifMatch: etag });
      }
    } catch (error) {
      const current = staleSet(error);
      if (!current) throw error;
      return setTheirs(current);
    }
    await client.invalidateQueries({ queryKey: caseSetQueries.of(agent) });
    onBack();
  }

  async function readFile(file: File) {
    form.setValue("jsonl", await file.text(), { shouldDirty: true });
    await form.trigger("jsonl");
    if (form.getValues("name") === "") form.setValue("name", file.name.replace(/\.\w+$/, ""));
  }

  return (
    <Dialog
      title={set ? `Edit “${set.name}”` : "New case set"}
      size="lg"
      locked={form.isPending}
      onClose={onBack}
      footer={
        <FormButtons label="Save set" busy={form.isPending} onCancel={onBack} form={formId} />
      }
    >
      <form
        method="post"
        id={formId}
        noValidate
        onSubmit={form.submit((body) => save(body, set?.etag))}
        className="flex flex-col gap-3 pb-1"
      >
        {theirs && (
          <Note
            tone="warn"
            title="Someone else changed this set, so yours wasn't saved."
            live
            action={
              <Button
                size="sm"
                onClick={() => void form.submit((body) => save(body, theirs.etag))()}
              >
                Save mine over it
              </Button>
            }
          >
            What you typed is kept.
          </Note>
        )}
        {form.refusal && (
          <Note tone="bad" title="Not saved." live>
            {form.refusal.text}
          </Note>
        )}
        <Field label="Name" required error={errors.name?.message} className="sm:max-w-80">
          {(control) => <TextInput {...control} {...form.register("name")} />}
        </Field>
        <Field
          label="Cases as JSONL, one a line"
          required
          error={errors.jsonl?.message}
          hint={
            <>
              <span className={bytes > maxSetBytes * nearlyFull ? "font-medium text-warn" : ""}>
                {formatBytes(bytes)} of {formatBytes(maxSetBytes)}.
              </span>{" "}
              Without the system prompt: that is the agent's own. “expect” is optional, with “tool”,
              “contains” or “json”. For example{" "}
              <code className="font-mono text-xs wrap-anywhere">{example}</code>
            </>
          }
        >
          {(control) => (
            <Textarea {...control} {...form.register("jsonl")} mono rows={10} spellCheck={false} />
          )}
        </Field>
        <FileButton
          label="Import a file"
          accept=".jsonl,.ndjson,.json,application/jsonl,text/plain"
          className="w-fit"
          onFile={readFile}
        />
      </form>
    </Dialog>
  );
}

/** The set that someone else saved in the meantime. */
function staleSet(error: unknown): CaseSet | null {
  if (!(error instanceof ApiError) || error.problem.code !== "stale") return null;
  // The API sends the current record.
  return error.problem.current as CaseSet;
}
