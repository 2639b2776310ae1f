import type { ReactNode } from "react";

export type PageHeaderProps = {
  title: ReactNode;
  /** Above the title, such as a link back to the list. */
  trail?: ReactNode;
  /** After the title, on the same line. */
  tags?: ReactNode;
  /** One line of facts below the title. */
  description?: ReactNode;
  /** Buttons at the right; below the title when narrow. */
  actions?: ReactNode;
};

export function PageHeader({ title, trail, tags, description, actions }: PageHeaderProps) {
  return (
    <header className="mb-3.5 flex flex-wrap items-start justify-between gap-x-4 gap-y-3">
      <div className="min-w-0 max-sm:flex-1 max-sm:basis-36">
        {trail && <div className="mb-0.5 text-ink-3">{trail}</div>}
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <h1 className="text-xl font-semibold tracking-[-0.012em] wrap-anywhere">{title}</h1>
          {tags}
        </div>
        {description && <p className="mt-0.5 text-ink-3 max-sm:truncate">{description}</p>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
