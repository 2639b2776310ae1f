"use client";

import * as z from "zod/mini";
import { BlockedReason } from "@/components/operations/blocked-reason";
import { findingsOf } from "@/components/operations/findings-of";
import { Button } from "@/components/ui/form/button";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { Dialog } from "@/components/ui/overlay/dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { Note } from "@/components/ui/text/note";
import { type ActivityEvent, Rollback } from "@/lib/activity/schema";
import { ApiError } from "@/lib/api/client";
import { attributeLabel, changedValues, formatAttributeValue } from "./changed-values";
import { Changes } from "./changes";
import { entityLabel } from "./event-sentence";
import { useRollback } from "./use-rollback";

export type RollbackDialogProps = {
  event: ActivityEvent;
  /** True for an external change, which has different wording. */
  isFromOutside?: boolean;
  onClose: () => void;
};

const empty = { override_reason: "" };

/** Previews and performs a rollback. Explains a refusal and what can be done. */
export function RollbackDialog({ event, isFromOutside, onClose }: RollbackDialogProps) {
  const rollback = useRollback(event.entity);
  const findings = findingsOf(rollback.error);
  const since = changedSince(event, rollback.error);
  const form = useApiForm({
    schema: z.pipe(
      z.transform((values: typeof empty) => ({
        event_id: event.event_id,
        ...(findings && values),
      })),
      Rollback,
    ),
    defaultValues: empty,
  });
  const name = entityLabel(event.entity);
  const restoresEntity = event.after === null;
  const verb = restoresEntity ? "Bring back" : isFromOutside ? "Set back" : "Roll back";
  const rollBack = form.submit(async (body) => {
    await rollback.mutateAsync(body);
    showToast({
      tone: "good",
      title: restoresEntity ? `${name} is back` : `${name} is as it was before`,
      ...(event.entity.kind === "agent" && { description: "Takes effect on the next invocation." }),
    });
    onClose();
  });

  return (
    <Dialog
      title={`${verb.replace(" back", "")} ${name} back?`}
      locked={form.isPending}
      onClose={onClose}
      footer={
        <>
          <Button disabled={form.isPending} onClick={onClose}>
            {since ? "Close" : "Cancel"}
          </Button>
          {!since && (
            <Button
              variant={findings ? "danger" : "primary"}
              busy={form.isPending}
              onClick={rollBack}
            >
              {findings ? `${verb} anyway` : verb}
            </Button>
          )}
        </>
      }
    >
      <ReversedChanges event={event} />
      {findings && (
        <div className="mt-4 flex flex-col gap-3 border-t border-line pt-3">
          <BlockedReason
            title="The next invocation would fail."
            findings={findings}
            hint="Written into the history."
            register={form.register("override_reason")}
            error={form.formState.errors.override_reason?.message}
          />
        </div>
      )}
      {since && <Since changes={since} detail={form.refusal?.text} />}
      {form.refusal && !findings && !since && (
        <Note tone="bad" title="Nothing was put back." live className="mt-3">
          {form.refusal.text}
        </Note>
      )}
    </Dialog>
  );
}

/** The event reversed: from the current values to the earlier ones. */
function ReversedChanges({ event }: { event: ActivityEvent }) {
  if (event.after === null) {
    return <p className="text-ink-2">The row is written again with every value that it had.</p>;
  }
  const backwards = changedValues({ ...event, before: event.after, after: event.before });
  return (
    <>
      <p className="text-ink-2">This will be changed back:</p>
      <Changes changes={backwards} isOpen />
    </>
  );
}

type SinceProps = { changes: NonNullable<ReturnType<typeof changedSince>>; detail?: string };

function Since({ changes, detail }: SinceProps) {
  return (
    <Note tone="warn" title="Changed again since: nothing was put back." live className="mt-3">
      {detail}{" "}
      {changes.length === 0
        ? "It is not as this event left it. Look at the newest events of its history."
        : changes.map(({ label, left, now }) => (
            <span key={label} className="block">
              {attributeLabel(label)}: this event left {left ?? "nothing"}; it is {now ?? "not set"}{" "}
              now.
            </span>
          ))}
    </Note>
  );
}

type ChangedSinceNote = { label: string; left: string | null; now: string | null };

/** Attributes changed since the event, from the record in a 409 `conflict`; null without one. */
function changedSince(event: ActivityEvent, error: unknown): ChangedSinceNote[] | null {
  if (!(error instanceof ApiError) || error.problem.code !== "conflict") return null;
  const { current } = error.problem;
  if (typeof current !== "object" || current === null) return null;
  const record = new Map<string, unknown>(Object.entries(current));
  return event.after === null ? [] : differences(event, record);
}

function differences(event: ActivityEvent, record: Map<string, unknown>): ChangedSinceNote[] {
  const names = new Set([...Object.keys(event.before ?? {}), ...Object.keys(event.after ?? {})]);
  return [...names].flatMap((name) => {
    // Skips timestamps and older price attributes.
    if (name === "updated_at" || !record.has(name)) return [];
    const left = formatAttributeValue(name, event.after?.[name]);
    const now = formatAttributeValue(name, rawOf(record.get(name)));
    return left === now ? [] : [{ label: name, left, now }];
  });
}

/** A record's value as the raw attribute it came from. */
function rawOf(value: unknown): object | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  return { S: String(value) };
}
