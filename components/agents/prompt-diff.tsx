"use client";

import { useDeferredValue } from "react";
import { TextDiff } from "@/components/ui/text/text-diff";

/** What saving would change in the prompt. It may lag a moment behind the typing of a long one. */
export function PromptDiff({ before, after }: { before: string; after: string }) {
  const shown = useDeferredValue(after);
  return (
    <div className="mt-3">
      <TextDiff label="What saving changes" before={before} after={shown} isOpen />
    </div>
  );
}
