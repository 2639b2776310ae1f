import type { ComponentProps, ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

export type CheckboxProps = Omit<ComponentProps<"input">, "type" | "ref"> & {
  label: ReactNode;
  /** For boxes in tables: only screen readers get the label. */
  hideLabel?: boolean;
  /** Some of its items are checked, but not all. */
  indeterminate?: boolean;
  description?: ReactNode;
  ref?: React.Ref<HTMLInputElement>;
};

export function Checkbox({
  label,
  hideLabel,
  indeterminate = false,
  description,
  className,
  ref,
  ...rest
}: CheckboxProps) {
  function attach(input: HTMLInputElement | null) {
    if (input) input.indeterminate = indeterminate;
    if (typeof ref === "function") ref(input);
    else if (ref) ref.current = input;
  }
  return (
    <label
      className={classNames(
        "gap-2",
        hideLabel ? "relative flex size-6 items-center justify-center" : "inline-flex items-start",
        rest.disabled && "text-ink-3",
        className,
      )}
    >
      <span className={classNames("relative grid size-4 shrink-0", !hideLabel && "mt-0.5")}>
        <input
          {...rest}
          ref={attach}
          type="checkbox"
          className="peer size-4 appearance-none rounded-sm border border-field-line bg-panel checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent disabled:border-line-strong disabled:bg-sunken"
        />
        <svg
          viewBox="0 0 16 16"
          aria-hidden="true"
          className="pointer-events-none absolute inset-0 text-accent-ink opacity-0 peer-checked:opacity-100 peer-indeterminate:opacity-100 peer-disabled:text-ink-3"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
        >
          <path d={indeterminate ? "M4 8h8" : "m4 8.2 2.7 2.6L12 5.4"} />
        </svg>
      </span>
      <span className={hideLabel ? "sr-only" : "min-w-0"}>
        {label}
        {description && <span className="block text-sm text-ink-3">{description}</span>}
      </span>
    </label>
  );
}
