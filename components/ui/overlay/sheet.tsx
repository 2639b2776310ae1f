"use client";

import X from "lucide-react/icons/x";
import * as Dialog from "radix-ui/dialog";
import { type ReactNode, useLayoutEffect, useRef } from "react";
import { classNames } from "@/components/ui/class-names";
import { focusPanel } from "@/components/ui/form/focus-panel";
import { IconButton } from "@/components/ui/form/icon-button";
import { useMediaQuery } from "@/components/ui/use-media-query";
import { useReturnFocus } from "./use-return-focus";

export type SheetProps = {
  title: ReactNode;
  /** Under the title: an id, a state. */
  description?: ReactNode;
  onClose: () => void;
  /** Stays visible at the bottom: the buttons of a form. */
  footer?: ReactNode;
  /** Beside the close button. */
  actions?: ReactNode;
  /** Blocks the page behind it even on wide screens. */
  modal?: boolean;
  children: ReactNode;
};

/**
 * A panel at the right, mounted while it is open. It covers a part of the page, which doesn't move.
 * On wide screens the rest stays usable; below 768 px it is modal. Escape and the cross close it,
 * and the focus returns to the element that opened it.
 */
export function Sheet(props: SheetProps) {
  const narrow = useMediaQuery("(max-width: 767px)");
  const modal = props.modal || narrow;
  return (
    // Never uses Radix's own modal mode: that is a different component, so narrowing the window
    // would remount the form and lose its input.
    <Dialog.Root open modal={false} onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <div data-veil hidden={!modal} className="fixed inset-0 z-30 animate-appear bg-veil" />
        <SheetPanel {...props} modal={modal} />
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function SheetPanel({ title, description, footer, actions, modal = false, children }: SheetProps) {
  const returnFocus = useReturnFocus();
  const panel = useInertPage(modal);
  return (
    <Dialog.Content
      ref={panel}
      data-sheet={modal ? "modal" : "beside"}
      aria-describedby={undefined}
      onCloseAutoFocus={returnFocus}
      onOpenAutoFocus={focusPanel}
      onInteractOutside={ignorePageClicks}
      className={classNames(
        "fixed inset-y-0 right-0 z-30 flex w-full animate-slide-in flex-col bg-panel shadow-float outline-none",
        "md:w-(--sheet-width) md:border-l md:border-line",
      )}
    >
      <div className="flex items-start gap-2 border-b border-line px-5 py-3.5 max-md:px-4">
        <div className="min-w-0 flex-1">
          <Dialog.Title className="text-lg font-semibold wrap-anywhere">{title}</Dialog.Title>
          {description && <div className="mt-0.5 text-ink-3">{description}</div>}
        </div>
        {actions}
        <Dialog.Close asChild>
          <IconButton label="Close" icon={<X className="size-4" />} />
        </Dialog.Close>
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4 max-md:px-4">{children}</div>
      {footer && (
        <div className="flex flex-wrap items-center gap-2 border-t border-line px-5 py-3 max-md:px-4">
          {footer}
        </div>
      )}
    </Dialog.Content>
  );
}

/** A click on the page doesn't close a sheet. */
function ignorePageClicks(event: Event) {
  const { target } = event;
  if (!(target instanceof Element && target.hasAttribute("data-veil"))) event.preventDefault();
}

/**
 * For a panel that covers the page: while `isModal`, everything before it in the body is inert.
 * Elements that open later (menus, confirmations, toasts) stay usable.
 * @returns the ref of the panel
 */
function useInertPage(isModal: boolean) {
  const panel = useRef<HTMLDivElement>(null);
  // The external system is the page around the panel.
  useLayoutEffect(() => {
    if (!isModal || !panel.current) return;
    const restores = elementsBefore(panel.current).map(makeInert);
    return () => {
      for (const restore of restores) restore();
    };
  }, [isModal]);
  return panel;
}

/** Siblings of the panel in the body, except live regions and the panel's overlay. */
function elementsBefore(panel: Element): HTMLElement[] {
  const elements: HTMLElement[] = [];
  for (
    let element = panel.previousElementSibling;
    element;
    element = element.previousElementSibling
  ) {
    const isPage = !element.matches("script, [aria-live], [role='status'], [data-veil]");
    if (element instanceof HTMLElement && isPage) elements.push(element);
  }
  return elements;
}

/** `aria-hidden` covers browsers without `inert`. Returns a function that undoes both. */
function makeInert(element: HTMLElement): () => void {
  const { inert, ariaHidden } = element;
  element.inert = true;
  element.ariaHidden = "true";
  return () => {
    element.inert = inert;
    element.ariaHidden = ariaHidden;
  };
}
