"use client";

import { Button } from "@/components/ui/form/button";
import { Note } from "@/components/ui/text/note";
import type { KeyVerdict } from "@/lib/providers/schema";
import { verdictInWords } from "./verdict-words";

type Props = { verdict: KeyVerdict; name: string; onSaveAnyway: () => void };

/** The provider does not take what was typed: correct it, or save it all the same. */
export function VerdictNote({ verdict, name, onSaveAnyway }: Props) {
  const { title, detail } = verdictInWords(verdict, name);
  return (
    <Note
      tone="bad"
      live
      title={`${title} Not saved.`}
      action={
        <Button size="sm" onClick={onSaveAnyway}>
          Save anyway
        </Button>
      }
    >
      {detail} Correct it and try again; saved as it is, agents will fail with it.
    </Note>
  );
}
