"use client";

import { type ReactNode, useRef, useState } from "react";
import type { ButtonProps } from "@/components/ui/form/button";
import { Button } from "@/components/ui/form/button";
import { IconButton } from "@/components/ui/form/icon-button";
import { lazyPart } from "@/components/ui/lazy-part";
import type { MenuItem } from "./menu-content";

export type MenuProps = {
  /** Name of the button, and of the menu. */
  label: string;
  /** Replaces the visible label, which becomes the tooltip. */
  icon?: ReactNode;
  items: readonly MenuItem[];
  variant?: ButtonProps["variant"];
  size?: ButtonProps["size"];
  align?: "start" | "end";
  className?: string;
};

const MenuContent = lazyPart(() => import("./menu-content").then((file) => file.MenuContent));

/** A button that opens a menu, whose code loads on first hover or focus (docs/decisions/008-first-load.md). */
export function Menu({ label, icon, items, variant, size, align = "end", className }: MenuProps) {
  const [state, setState] = useState<"cold" | "closed" | "open">("cold");
  const button = useRef<HTMLButtonElement>(null);
  const open = state === "open";
  const shared = {
    ref: button,
    variant,
    size,
    className,
    "aria-haspopup": "menu" as const,
    "aria-expanded": open,
    onPointerEnter: () => state === "cold" && setState("closed"),
    onFocus: () => state === "cold" && setState("closed"),
    onClick: () => setState(open ? "closed" : "open"),
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key !== "ArrowDown") return;
      event.preventDefault();
      setState("open");
    },
  };
  return (
    <span className="relative inline-flex">
      {icon ? (
        <IconButton {...shared} label={label} icon={icon} />
      ) : (
        <Button {...shared}>{label}</Button>
      )}
      {state !== "cold" && (
        <MenuContent
          label={label}
          items={items}
          align={align}
          open={open}
          onOpenChange={(next) => setState(next ? "open" : "closed")}
          onReturnFocus={() => button.current?.focus()}
        />
      )}
    </span>
  );
}
