"use client";

import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { handOnFocus } from "@/components/ui/form/hand-on-focus";
import { errorInWords } from "@/components/ui/text/error-words";
import { Note } from "@/components/ui/text/note";
import { NetworkError } from "@/lib/api/client";

export type Refusal = { title: string; text: string };

/** Without an answer the write may have happened all the same. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof NetworkError;
}

/** One save at a time and the words of its refusal. */
export function useSaving() {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function run(write: () => Promise<void>) {
    setBusy(true);
    setRefusal(null);
    try {
      await write();
    } catch (error) {
      const title = isUnanswered(error) ? "It is not known whether it was saved." : "Not saved.";
      setRefusal({ title, text: errorInWords(error).detail });
    }
    setBusy(false);
  }

  return { busy, refusal, run, refuse: setRefusal };
}

type Props = { busy: boolean; refusal: Refusal | null; onDiscard: () => void };

/** The end of a form on an agent's page: why it was refused, Save, Discard, and when it counts. */
export function SaveBar({ busy, refusal, onDiscard }: Props) {
  return (
    <>
      {refusal && (
        <Note tone="bad" title={refusal.title} live className="mt-3">
          {refusal.text}
        </Note>
      )}
      <div ref={handOnFocus} className="mt-3 flex flex-wrap items-center gap-2">
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
