"use client";

import { Button } from "@/components/ui/form/button";
import { returnFocusToPanel } from "@/components/ui/form/return-focus-to-panel";
import type { Refusal } from "@/components/ui/form/use-attempt";
import { Note } from "@/components/ui/text/note";

export function refusalTitle({ isOutcomeUnknown }: Refusal): string {
  return isOutcomeUnknown ? "It is not known whether it was saved." : "Not saved.";
}

type Props = { busy: boolean; refusal: Refusal | null; onDiscard: () => void };

/** The end of a form: the refusal, Save and Discard, and when a change takes effect. */
export function SaveBar({ busy, refusal, onDiscard }: Props) {
  return (
    <>
      {refusal && (
        <Note tone="bad" title={refusalTitle(refusal)} live className="mt-3">
          {refusal.text}
        </Note>
      )}
      <div ref={returnFocusToPanel} className="mt-3 flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" busy={busy}>
          Save
        </Button>
        <Button disabled={busy} onClick={onDiscard}>
          Discard
        </Button>
        <span className="text-ink-3">Takes effect on the next invocation.</span>
      </div>
    </>
  );
}
