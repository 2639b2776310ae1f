import type { ComponentProps, ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

export type TextInputProps = Omit<ComponentProps<"input">, "prefix"> & {
  /** Monospace, for ids and keys. */
  mono?: boolean;
  /** Inside the border: an icon, a unit, a key cap. Decorative. */
  before?: ReactNode;
  after?: ReactNode;
};

export function TextInput({
  mono,
  before,
  after,
  className,
  type = "text",
  ...rest
}: TextInputProps) {
  const input = (
    <input
      {...rest}
      type={type}
      className={classNames(
        "control h-7.5 w-full min-w-0",
        mono && "font-mono text-sm",
        before ? "pl-8" : "pl-2.25",
        after ? "pr-14" : "pr-2.25",
        !before && !after && className,
      )}
    />
  );
  if (!before && !after) return input;
  return (
    <span className={classNames("relative block", className)}>
      {before && <Inside className="left-2.25">{before}</Inside>}
      {input}
      {after && <Inside className="right-2.25">{after}</Inside>}
    </span>
  );
}

function Inside({ className, children }: { className: string; children: ReactNode }) {
  return (
    <span
      aria-hidden="true"
      className={classNames(
        "pointer-events-none absolute inset-y-0 flex items-center text-sm text-ink-3",
        className,
      )}
    >
      {children}
    </span>
  );
}
