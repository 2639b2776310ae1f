import type { ComponentProps, ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

export type SwitchProps = Omit<ComponentProps<"input">, "type" | "role"> & {
  label: ReactNode;
  description?: ReactNode;
};

/** On or off. Implemented as a checkbox, so that forms can register it. */
export function Switch({ label, description, className, ...rest }: SwitchProps) {
  return (
    <label
      className={classNames("flex items-start gap-2.5", rest.disabled && "text-ink-3", className)}
    >
      <span className="relative mt-0.5 inline-flex h-4 w-7 shrink-0">
        <input
          {...rest}
          type="checkbox"
          // biome-ignore lint/a11y/useAriaPropsForRole: a native checkbox exposes its own state
          role="switch"
          className="peer h-4 w-7 appearance-none rounded-full border border-field-line bg-sunken checked:border-accent checked:bg-accent disabled:border-line-strong disabled:opacity-60"
        />
        <span
          aria-hidden="true"
          className="pointer-events-none absolute top-0.75 left-0.75 size-2.5 rounded-full bg-ink-3 transition-transform duration-100 peer-checked:translate-x-3 peer-checked:bg-accent-ink"
        />
      </span>
      <span className="min-w-0">
        {label}
        {description && <span className="block text-sm text-ink-3">{description}</span>}
      </span>
    </label>
  );
}
