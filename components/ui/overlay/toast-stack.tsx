"use client";

import { useTheme } from "next-themes";
import { Toaster, toast } from "sonner";
import { StatusMark, type StatusTone } from "@/components/ui/text/status";

type ToastTone = "good" | "warn" | "bad" | "info";

export type ToastMessage = {
  tone: ToastTone;
  /** What happened, and to which entity. */
  title: string;
  /** The consequence or the reason. */
  description?: string;
  /** Such as "Undo". */
  action?: { label: string; onClick: () => void };
};

const marks: Record<ToastTone, StatusTone> = {
  good: "good",
  warn: "warn",
  bad: "bad",
  info: "off",
};

/** Above the buttons at the bottom of a dialog, a sheet or a selection. */
const aboveButtons = { bottom: 68 };

/** sonner stores messages for a `Toaster` that isn't mounted yet. */
export function drawToast({ tone, title, description, action }: ToastMessage) {
  toast(title, {
    description,
    action,
    duration: tone === "bad" || action ? 10_000 : 5_000,
    icon: <StatusMark tone={marks[tone]} />,
  });
}

export function ToastStack() {
  const { resolvedTheme } = useTheme();
  return (
    <Toaster
      theme={resolvedTheme === "dark" ? "dark" : "light"}
      position="bottom-right"
      offset={aboveButtons}
      mobileOffset={{ ...aboveButtons, left: 12, right: 12 }}
      // Stacked toasts would cover each other's buttons.
      expand
      closeButton
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "relative flex w-(--width) focus-visible:outline-2! focus-visible:outline-accent! font-sans! items-start gap-2.5 rounded-lg border border-line bg-panel py-2.5 pr-9 pl-3 text-base text-ink shadow-float",
          content: "min-w-0 flex-1",
          icon: "flex h-5 items-center",
          title: "font-medium",
          description: "text-ink-2",
          actionButton:
            "shrink-0 rounded-md border border-line-strong px-2 text-sm font-medium leading-5.5 hover:bg-sunken",
          closeButton:
            "absolute top-2 right-2 grid size-6 place-items-center rounded-sm text-ink-3 hover:text-ink [&_svg]:size-3.5",
        },
      }}
    />
  );
}
