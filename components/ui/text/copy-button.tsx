"use client";

import Check from "lucide-react/icons/check";
import Copy from "lucide-react/icons/copy";
import { IconButton } from "@/components/ui/form/icon-button";
import { useCopy } from "./use-copy";

export type CopyButtonProps = {
  value: string;
  /** What is copied, such as "model ID". */
  what: string;
  className?: string;
};

/** Copies a text; shows a tick and announces it. */
export function CopyButton({ value, what, className }: CopyButtonProps) {
  const { isCopied, copy } = useCopy(what);
  return (
    <IconButton
      size="sm"
      label={`Copy ${what}`}
      icon={isCopied ? <Check className="size-3.5 text-good" /> : <Copy className="size-3.5" />}
      onClick={() => copy(value)}
      className={className}
    />
  );
}
