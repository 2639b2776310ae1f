import type { ReactNode } from "react";

export type EmptyStateProps = {
  title: string;
  /** What would be here, and why it is empty. */
  children?: ReactNode;
  /** The next step: a button, a link or a command. */
  action?: ReactNode;
};

export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center gap-1 px-6 py-12 text-center">
      <p className="font-medium">{title}</p>
      {children && <div className="max-w-105 text-ink-3">{children}</div>}
      {action && <div className="mt-3 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}
