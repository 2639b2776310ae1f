import type { ReactNode } from "react";
import { classNames } from "./class-names";

export type CardProps = {
  /** The heading; the card becomes a region of that name. */
  title?: string;
  /** Beside the heading. */
  action?: ReactNode;
  children: ReactNode;
  className?: string;
};

/** A bordered panel with 16 px inside. */
export function Card({ title, action, children, className }: CardProps) {
  const box = classNames("rounded-lg border border-line bg-panel px-4 py-3.5", className);
  if (!title) return <div className={box}>{children}</div>;
  return (
    <section aria-label={title} className={box}>
      <div className="mb-2 flex min-h-6 items-center justify-between gap-2">
        <h2 className="font-semibold">{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}
