"use client";

import MenuIcon from "lucide-react/icons/menu";
import Search from "lucide-react/icons/search";
import X from "lucide-react/icons/x";
import { usePathname } from "next/navigation";
import { type ReactNode, useRef, useState, useSyncExternalStore } from "react";
import { classNames } from "@/components/ui/class-names";
import { IconButton } from "@/components/ui/form/icon-button";
import { Kbd } from "@/components/ui/text/kbd";
import { Brand } from "./brand";
import { Navigation } from "./navigation";
import { isMac, useOpenPalette } from "./palette/command-palette";

export type SidebarProps = {
  /** One line for narrow screens, visible while the rest is collapsed. */
  environment: string;
  badge: ReactNode;
  account: ReactNode;
};

/** The left column; on narrow screens a bar with a button that opens it. */
export function Sidebar({ environment, badge, account }: SidebarProps) {
  const path = usePathname();
  // Tied to the page on which it was opened, so that following a link closes it.
  const [openOn, setOpenOn] = useState<string | null>(null);
  const open = openOn === path;
  const button = useRef<HTMLButtonElement>(null);

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.key !== "Escape" || !open) return;
    setOpenOn(null);
    button.current?.focus();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only Escape, from the controls inside
    <header
      onKeyDown={onKeyDown}
      className="sticky top-0 z-20 flex flex-col border-line bg-bg max-md:max-h-dvh max-md:border-b md:h-dvh md:overflow-y-auto md:border-r md:px-2.5 md:py-3.5"
    >
      <div className="flex shrink-0 items-center gap-2 max-md:h-12 max-md:pr-2 max-md:pl-4 md:px-2 md:pt-0.5 md:pb-3">
        <Brand />
        <span className="min-w-0 flex-1 truncate text-right text-sm text-ink-3 md:hidden">
          {environment}
        </span>
        <span className="flex md:hidden">
          <PaletteIconButton />
          <IconButton
            ref={button}
            label={open ? "Close the menu" : "Open the menu"}
            icon={open ? <X className="size-4.5" /> : <MenuIcon className="size-4.5" />}
            aria-expanded={open}
            aria-controls="sidebar"
            onClick={() => setOpenOn(open ? null : path)}
          />
        </span>
      </div>
      <div
        id="sidebar"
        className={classNames(
          "min-h-0 flex-1 flex-col gap-3 overflow-y-auto max-md:border-t max-md:border-line max-md:px-2 max-md:py-3 md:flex md:overflow-visible",
          open ? "flex" : "max-md:hidden",
        )}
      >
        {badge}
        <div className="max-md:hidden">
          <PaletteButton />
        </div>
        <Navigation />
        <div className="flex-1 max-md:hidden" />
        {account}
      </div>
    </header>
  );
}

const never = () => () => {};

/** Opens the palette by click, and shows the shortcut. */
function PaletteButton() {
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
function PaletteIconButton() {
  return (
    <IconButton
      label="Find or do"
      icon={<Search className="size-4.5" aria-hidden="true" />}
      aria-haspopup="dialog"
      onClick={useOpenPalette()}
    />
  );
}
