import { classNames } from "@/components/ui/class-names";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";
export type ButtonSize = "md" | "sm";

const shape =
  "inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none disabled:cursor-not-allowed aria-disabled:cursor-not-allowed disabled:opacity-55 aria-disabled:opacity-55";

const variants: Record<ButtonVariant, string> = {
  primary: "border-transparent bg-accent text-accent-ink not-disabled:hover:bg-accent-strong",
  secondary: "border-line-strong bg-panel text-ink not-disabled:hover:bg-sunken",
  ghost: "border-transparent text-ink-2 not-disabled:hover:bg-sunken not-disabled:hover:text-ink",
  danger: "border-transparent bg-bad text-accent-ink not-disabled:hover:bg-bad-strong",
};

const sizes: Record<ButtonSize, string> = {
  md: "h-7.5 px-2.75",
  sm: "h-6 px-2 text-sm",
};

/** Makes a link look like a button. */
export function buttonClass(variant: ButtonVariant = "secondary", size: ButtonSize = "md"): string {
  return classNames(shape, variants[variant], sizes[size]);
}
