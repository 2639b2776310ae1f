"use client";

import MenuIcon from "lucide-react/icons/menu";
import X from "lucide-react/icons/x";
import { usePathname } from "next/navigation";
import { type ReactNode, useRef, useState } from "react";
import { classNames } from "@/components/ui/class-names";
import { IconButton } from "@/components/ui/form/icon-button";
import { Brand } from "./brand";
import { Navigation } from "./navigation";
import { PaletteButton, PaletteIconButton } from "./palette/palette-button";

export type SidebarProps = {
  /** One line for narrow screens, in sight while the rest is folded away. */
  environment: string;
  badge: ReactNode;
  account: ReactNode;
};

/** The left column; on narrow screens a bar with a button that opens it. */
export function Sidebar({ environment, badge, account }: SidebarProps) {
  const path = usePathname();
  // Open for the page on which it was opened: following a link folds it.
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
