import type { ComponentProps } from "react";
import { classNames } from "@/components/ui/class-names";

export type ChipProps = Omit<ComponentProps<"button">, "aria-pressed" | "onToggle"> & {
  pressed: boolean;
  onToggle: (pressed: boolean) => void;
};

/** A filter that is on or off: dashed while off, filled and ticked while on. */
export function Chip({ pressed, onToggle, className, children, ...rest }: ChipProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-pressed={pressed}
      onClick={() => onToggle(!pressed)}
      className={classNames(
        "inline-flex h-6.5 items-center gap-1 rounded-full border px-2.5 text-sm whitespace-nowrap",
        pressed
          ? "border-accent bg-accent-wash text-accent"
          : "border-dashed border-field-line text-ink-2 hover:bg-sunken",
        className,
      )}
    >
      {pressed && (
        <svg
          viewBox="0 0 12 12"
          aria-hidden="true"
          className="-ml-0.5 size-3"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
        >
          <path d="m2.5 6.2 2.3 2.3 4.7-4.9" />
        </svg>
      )}
      {children}
    </button>
  );
}
