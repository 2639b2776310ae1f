import type { ComponentProps } from "react";
import { classNames } from "@/components/ui/class-names";

export type TextareaProps = ComponentProps<"textarea"> & { mono?: boolean };

/** Grows with its text where the browser supports it, up to 60% of the window. */
export function Textarea({ mono, className, rows = 3, ...rest }: TextareaProps) {
  return (
    <textarea
      rows={rows}
      {...rest}
      className={classNames(
        "control field-sizing-content block max-h-[60dvh] w-full resize-y px-2.25 py-1.25",
        mono && "font-mono text-sm",
        className,
      )}
      style={{ minHeight: `calc(${rows} * 1.25rem + 12px)`, ...rest.style }}
    />
  );
}
