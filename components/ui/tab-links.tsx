import Link from "next/link";
import { Count } from "./text/count";

export type TabLink = { href: string; label: string; count?: number; current: boolean };

export type TabLinksProps = {
  /** What the tabs divide, such as "Providers". */
  label: string;
  tabs: readonly TabLink[];
};

/** Tabs that are links. Scrolls sideways when narrow. */
export function TabLinks({ label, tabs }: TabLinksProps) {
  return (
    <nav aria-label={label} className="overflow-x-auto [scrollbar-width:none]">
      <ul className="flex min-w-max gap-5 border-b border-line px-px">
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href}
              scroll={false}
              prefetch={false}
              aria-current={tab.current ? "page" : undefined}
              className="-mb-px flex items-center gap-1.5 border-b-2 border-transparent pt-1.5 pb-2 whitespace-nowrap text-ink-3 -outline-offset-2 hover:text-ink aria-[current]:border-ink aria-[current]:font-medium aria-[current]:text-ink"
            >
              {tab.label}
              {tab.count !== undefined && <Count value={tab.count} />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
