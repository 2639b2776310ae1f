"use client";

import Check from "lucide-react/icons/check";
import LinkIcon from "lucide-react/icons/link";
import { Button } from "@/components/ui/form/button";
import { useCopy } from "./use-copy";

/** Copies the URL, which contains what is open and the filters. */
export function CopyLink() {
  const { isCopied, copy } = useCopy("link");
  const Icon = isCopied ? Check : LinkIcon;
  return (
    <Button onClick={() => copy(window.location.href)}>
      <Icon aria-hidden="true" className={isCopied ? "size-3.5 text-good" : "size-3.5"} />
      Copy link
    </Button>
  );
}
