"use client";

import { parseAsStringLiteral } from "nuqs";
import { type ReactNode, useMemo } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { TabLinks } from "@/components/ui/tab-links";
import { useUrlState } from "@/components/ui/url-state";
import { pages } from "@/lib/paths";

export type CostsTab = {
  /** As `tab` in the address; the first tab's address has none. */
  id: string;
  label: string;
  /** One line of facts below the heading. */
  description: string;
  panel: (canWrite: boolean) => ReactNode;
};

type Props = { tabs: readonly [CostsTab, ...CostsTab[]]; canWrite: boolean };

/** The page's heading, its tabs, and the panel that the address asks for. */
export function CostsFrame({ tabs, canWrite }: Props) {
  const parsers = useMemo(
    () => ({ tab: parseAsStringLiteral(tabs.map(({ id }) => id)).withDefault(tabs[0].id) }),
    [tabs],
  );
  const [{ tab }, setState] = useUrlState(parsers);
  const current = tabs.find(({ id }) => id === tab) ?? tabs[0];
  const links = tabs.map(({ id, label }, index) => ({
    href: pages.costs(index === 0 ? {} : { tab: id }),
    label,
    current: id === current.id,
  }));

  /** What other tabs hold stays in the address, and the panel needs no answer of the server. */
  function onClick(event: React.MouseEvent) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey;
    if (!link || elsewhere) return;
    event.preventDefault();
    const id = new URL(link.href).searchParams.get("tab");
    setState({ tab: id ?? tabs[0].id }, { history: "push" });
  }

  return (
    <>
      <PageHeader title="Costs" description={current.description} />
      <div onClickCapture={onClick} className="mb-4">
        <TabLinks label="Costs" tabs={links} />
      </div>
      {current.panel(canWrite)}
    </>
  );
}
