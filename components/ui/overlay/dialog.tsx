"use client";

import X from "lucide-react/icons/x";
import * as Radix from "radix-ui/dialog";
import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";
import { focusPanel } from "@/components/ui/form/focus-panel";
import { IconButton } from "@/components/ui/form/icon-button";
import { useReturnFocus } from "./use-return-focus";

export type DialogProps = {
  title: ReactNode;
  description?: ReactNode;
  onClose: () => void;
  footer?: ReactNode;
  size?: "sm" | "md" | "lg";
  /** Disables Escape and outside clicks during a write. */
  locked?: boolean;
  children: ReactNode;
};

const widths = { sm: "sm:max-w-105", md: "sm:max-w-140", lg: "sm:max-w-220" };

/** A modal dialog, mounted while it is open. At 360 px it fills the window. */
export function Dialog({ onClose, locked, ...rest }: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(open) => !open && !locked && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-veil" />
        <DialogPanel {...rest} locked={locked} />
      </Radix.Portal>
    </Radix.Root>
  );
}

type PanelProps = Omit<DialogProps, "onClose">;

function DialogPanel({ title, description, footer, size = "md", locked, children }: PanelProps) {
  const returnFocus = useReturnFocus();
  return (
    <Radix.Content
      onCloseAutoFocus={returnFocus}
      onOpenAutoFocus={focusPanel}
      {...(description ? {} : { "aria-describedby": undefined })}
      className={classNames(
        "fixed z-40 flex w-full animate-appear flex-col bg-panel shadow-float outline-none max-sm:inset-0",
        "sm:top-[12dvh] sm:left-1/2 sm:max-h-[76dvh] sm:-translate-x-1/2 sm:rounded-lg sm:border sm:border-line",
        widths[size],
      )}
    >
      <div className="flex items-start gap-2 px-5 pt-4 pb-2 max-sm:px-4">
        <div className="min-w-0 flex-1">
          <Radix.Title className="text-lg font-semibold wrap-anywhere">{title}</Radix.Title>
          {description && (
            <Radix.Description asChild>
              <div className="mt-0.5 text-ink-3">{description}</div>
            </Radix.Description>
          )}
        </div>
        <Radix.Close asChild disabled={locked}>
          <IconButton label="Close" icon={<X className="size-4" />} />
        </Radix.Close>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 py-2 max-sm:px-4">{children}</div>
      {footer && (
        <div className="flex flex-wrap items-center justify-end gap-2 px-5 pt-2 pb-4 max-sm:px-4">
          {footer}
        </div>
      )}
    </Radix.Content>
  );
}
