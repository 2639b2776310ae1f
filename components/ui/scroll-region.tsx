import type { ReactNode, Ref } from "react";
import { classNames } from "./class-names";

export type ScrollRegionProps = {
  /** The content, for a screen reader that arrives by Tab. */
  label: string;
  children: ReactNode;
  /** Classes for the maximum height and the scroll direction. */
  className?: string;
  /** True while more content is to come. */
  isBusy?: boolean;
  ref?: Ref<HTMLElement>;
};

/** A scrollable part of the page that Tab reaches, so that the arrow keys scroll it. */
export function ScrollRegion({ label, isBusy, className, ...rest }: ScrollRegionProps) {
  return (
    <section
      {...rest}
      // Absolutely positioned content, such as texts for screen readers, would otherwise lengthen
      // the page.
      className={classNames("relative", className)}
      aria-label={label}
      aria-busy={isBusy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without it only a mouse scrolls it in some browsers
      tabIndex={0}
    />
  );
}
