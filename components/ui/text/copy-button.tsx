"use client";

import Check from "lucide-react/icons/check";
import Copy from "lucide-react/icons/copy";
import { useEffect, useRef, useState } from "react";
import { announce } from "@/components/ui/announce";
import { IconButton } from "@/components/ui/form/icon-button";
import { showToast } from "@/components/ui/overlay/toast";

export type CopyButtonProps = {
  value: string;
  /** What is copied, such as "model ID". */
  what: string;
  className?: string;
};

const confirmationMs = 1500;

/** Copies a text; shows a tick and announces it. */
export function CopyButton({ value, what, className }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Effect: synchronizes with the timer.
  useEffect(() => () => clearTimeout(timer.current), []);

  async function copy() {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      showToast({
        tone: "bad",
        title: `The ${what} was not copied`,
        description: "The browser refused. Select the text and copy it by hand.",
      });
      return;
    }
    setCopied(true);
    announce(`Copied ${what}`);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setCopied(false), confirmationMs);
  }

  return (
    <IconButton
      size="sm"
      label={`Copy ${what}`}
      icon={copied ? <Check className="size-3.5 text-good" /> : <Copy className="size-3.5" />}
      onClick={copy}
      className={className}
    />
  );
}
