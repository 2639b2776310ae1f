"use client";

import { useRef, useState } from "react";
import { announce } from "@/components/ui/announce";
import { showToast } from "@/components/ui/overlay/toast";

const confirmationMs = 1500;

/**
 * Copies a text and announces it.
 * @param what is copied, such as "model ID"
 */
export function useCopy(what: string) {
  const [isCopied, setIsCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  async function copy(value: string) {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      showToast({
        tone: "bad",
        title: `Couldn't copy the ${what}`,
        description: "Copy it by hand.",
      });
      return;
    }
    setIsCopied(true);
    announce(`Copied ${what}`);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setIsCopied(false), confirmationMs);
  }

  /** True for a moment after a copy. */
  return { isCopied, copy };
}
