import type { ReactNode, Ref } from "react";
import { classNames } from "./class-names";

export type ScrollRegionProps = {
  /** What is in it, for a screen reader that arrives by Tab. */
  label: string;
  children: ReactNode;
  /** Its largest height and which way it scrolls. */
  className?: string;
  /** While more is to come. */
  isBusy?: boolean;
  ref?: Ref<HTMLElement>;
};

/** A scrollable part of the page that Tab reaches, so that the arrow keys scroll it. */
export function ScrollRegion({ label, isBusy, className, ...rest }: ScrollRegionProps) {
  return (
    <section
      {...rest}
      // What is placed absolutely in it, such as texts for screen readers, would lengthen the page.
      className={classNames("relative", className)}
      aria-label={label}
      aria-busy={isBusy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without it only a mouse scrolls it in some browsers
      tabIndex={0}
    />
  );
}
