import type { ReactNode, Ref } from "react";

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
export function ScrollRegion({ label, isBusy, ...rest }: ScrollRegionProps) {
  return (
    <section
      {...rest}
      aria-label={label}
      aria-busy={isBusy}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: without it only a mouse scrolls it in some browsers
      tabIndex={0}
    />
  );
}
