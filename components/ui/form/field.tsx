import { type ReactNode, useId } from "react";
import { classNames } from "@/components/ui/class-names";

/** The props of a field's control: spread them onto the input. */
export type FieldControl = {
  id: string;
  required?: boolean;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
};

export type FieldProps = {
  label: ReactNode;
  /** One line below the control: a unit, an example, what a choice means. */
  hint?: ReactNode;
  /** The problem and its fix; marks the control as invalid. */
  error?: string;
  required?: boolean;
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean;
  className?: string;
  children: (control: FieldControl) => ReactNode;
};

/** A label, a control, and below it the hint and the error, linked for screen readers. */
export function Field({
  label,
  hint,
  error,
  required,
  hideLabel,
  className,
  children,
}: FieldProps) {
  const id = useId();
  const hintId = hint ? `${id}-hint` : undefined;
  const errorId = error ? `${id}-error` : undefined;
  const describedBy = [errorId, hintId].filter(Boolean).join(" ") || undefined;
  return (
    <div className={classNames("min-w-0", className)}>
      <label
        htmlFor={id}
        className={classNames("mb-1 block text-sm text-ink-2", hideLabel && "sr-only")}
      >
        {label}
      </label>
      {children({
        id,
        required,
        "aria-describedby": describedBy,
        "aria-invalid": error ? true : undefined,
      })}
      {error && (
        <p id={errorId} className="mt-1 text-sm text-bad">
          {error}
        </p>
      )}
      {hint && (
        <p id={hintId} className="mt-1 text-sm text-ink-3">
          {hint}
        </p>
      )}
    </div>
  );
}
