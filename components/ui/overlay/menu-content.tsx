"use client";

import * as DropdownMenu from "radix-ui/dropdown-menu";
import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

export type MenuItem =
  | {
      kind?: "action";
      label: string;
      icon?: ReactNode;
      onSelect: () => void;
      danger?: boolean;
      /** Disables the item and is shown as the reason. */
      disabledReason?: string;
    }
  | { kind: "separator" }
  | { kind: "heading"; label: string }
  | { kind: "choice"; label: string; icon?: ReactNode; checked: boolean; onSelect: () => void };

export type MenuContentProps = {
  label: string;
  items: readonly MenuItem[];
  align: "start" | "end";
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onReturnFocus: () => void;
};

/** The lazy part of a menu. Its trigger is an empty box over the real button. */
export function MenuContent(props: MenuContentProps) {
  const { label, items, align, open, onOpenChange, onReturnFocus } = props;
  return (
    <DropdownMenu.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <DropdownMenu.Trigger asChild>
        <span aria-hidden="true" tabIndex={-1} className="pointer-events-none absolute inset-0" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          aria-labelledby={undefined}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            onReturnFocus();
          }}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 max-w-80 animate-appear overflow-y-auto rounded-lg border border-line bg-panel p-1 shadow-float"
        >
          {items.map((item, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a menu's items do not move while open
            <Entry key={index} item={item} />
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const row =
  "flex items-start gap-2 rounded-sm px-2 py-1.25 -outline-offset-2 select-none data-highlighted:bg-sunken data-disabled:text-ink-3";

function Entry({ item }: { item: MenuItem }) {
  switch (item.kind) {
    case "separator":
      return <DropdownMenu.Separator className="-mx-1 my-1 h-px bg-line" />;
    case "heading":
      return (
        <DropdownMenu.Label className="px-2 py-1 text-sm text-ink-3">
          {item.label}
        </DropdownMenu.Label>
      );
    case "choice":
      return (
        <DropdownMenu.CheckboxItem
          checked={item.checked}
          onSelect={item.onSelect}
          className={classNames(row, "pr-7 relative cursor-pointer")}
        >
          <Icon>{item.icon}</Icon>
          {item.label}
          <DropdownMenu.ItemIndicator className="absolute right-2">✓</DropdownMenu.ItemIndicator>
        </DropdownMenu.CheckboxItem>
      );
    default:
      return (
        <DropdownMenu.Item
          disabled={item.disabledReason !== undefined}
          onSelect={item.onSelect}
          className={classNames(
            row,
            item.disabledReason === undefined && "cursor-pointer",
            item.danger && item.disabledReason === undefined && "text-bad",
          )}
        >
          <Icon>{item.icon}</Icon>
          <span className="min-w-0">
            {item.label}
            {item.disabledReason && (
              <span className="block text-sm text-ink-3">{item.disabledReason}</span>
            )}
          </span>
        </DropdownMenu.Item>
      );
  }
}

function Icon({ children }: { children: React.ReactNode }) {
  return children ? <span className="flex h-5 items-center text-ink-3">{children}</span> : null;
}
