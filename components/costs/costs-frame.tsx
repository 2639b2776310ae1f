"use client";

import { parseAsStringLiteral } from "nuqs/server";
import { type ReactNode, useMemo } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { TabLinks } from "@/components/ui/tab-links";
import { useUrlState } from "@/components/ui/url-state";
import { pages } from "@/lib/paths";

export type CostsTab = {
  /** `tab` in the URL. The first tab has none. */
  id: string;
  label: string;
  description: string;
  panel: (canWrite: boolean) => ReactNode;
};

type Props = { tabs: readonly [CostsTab, ...CostsTab[]]; canWrite: boolean };

/** Heading, tabs, and the panel of the current tab. */
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

  /** Switches without a server request and keeps the parameters of the other tabs. */
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
