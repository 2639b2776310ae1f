"use client";

import Search from "lucide-react/icons/search";
import { useSyncExternalStore } from "react";
import { IconButton } from "@/components/ui/form/icon-button";
import { Kbd } from "@/components/ui/text/kbd";
import { isMac, useOpenPalette } from "./command-palette";

const never = () => () => {};

/** Opens the palette by click, and shows the shortcut. */
export function PaletteButton() {
  const open = useOpenPalette();
  const mac = useSyncExternalStore(never, isMac, () => false);
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      aria-keyshortcuts={mac ? "Meta+K" : "Control+K"}
      onClick={open}
      className="control flex h-7.5 w-full items-center gap-2.25 px-2 text-left text-ink-3"
    >
      <Search className="size-3.75 shrink-0" aria-hidden="true" />
      <span className="flex-1 truncate">Find or do…</span>
      <span aria-hidden="true">
        <Kbd>{mac ? "⌘K" : "Ctrl K"}</Kbd>
      </span>
    </button>
  );
}

/** For the top bar of narrow screens. */
export function PaletteIconButton() {
  return (
    <IconButton
      label="Find or do"
      icon={<Search className="size-4.5" aria-hidden="true" />}
      aria-haspopup="dialog"
      onClick={useOpenPalette()}
    />
  );
}
