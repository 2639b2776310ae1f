"use client";

import { useState } from "react";
import { describeError } from "@/components/ui/text/describe-error";
import { NetworkError } from "@/lib/api/client";
import { SaveConflict } from "./versioned-save";

export type Refusal = {
  text: string;
  /** True if there was no answer, so that the write may have succeeded. */
  isOutcomeUnknown: boolean;
};

const errorDetail = (error: unknown) => describeError(error).detail;

/**
 * Runs one write at a time and holds the last refusal. Never rejects.
 * @param toText null for errors shown elsewhere, such as on form fields
 */
export function useAttempt(toText: (error: unknown) => string | null = errorDetail) {
  const [isPending, setPending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  async function attempt(write: () => Promise<unknown>): Promise<void> {
    setPending(true);
    setRefusal(null);
    try {
      await write();
    } catch (error) {
      // A conflict has its own dialog.
      const text = error instanceof SaveConflict ? null : toText(error);
      if (text !== null) setRefusal({ text, isOutcomeUnknown: error instanceof NetworkError });
    } finally {
      setPending(false);
    }
  }

  return { attempt, isPending, refusal, clearRefusal: () => setRefusal(null) };
}
