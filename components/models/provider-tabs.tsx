"use client";

import { useMemo } from "react";
import { TabLinks } from "@/components/ui/tab-links";
import { formatProviderName } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { providerIds } from "@/lib/providers/schema";
import { countByProvider } from "./model-filter";

export type ProviderTabsProps = {
  models: readonly ModelRecord[];
  provider: string | null;
  onProviderChange: (provider: string | null) => void;
};

/** All models, or those of one provider; names that nobody knows come last. */
export function ProviderTabs({ models, provider, onProviderChange }: ProviderTabsProps) {
  const counts = useMemo(() => countByProvider(models), [models]);
  const others = [...counts.keys()].filter((id) => !providerIds.some((known) => known === id));
  const tabs = [
    { href: pages.models(), label: "All", count: models.length, current: provider === null },
    ...[...providerIds, ...others].map((id) => ({
      href: pages.models({ provider: id }),
      label: formatProviderName(id),
      count: counts.get(id) ?? 0,
      current: provider === id,
    })),
  ];

  /** The rows are here already: a followed link would fetch the whole page again. */
  function onClick(event: React.MouseEvent) {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const elsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey;
    if (!link || elsewhere) return;
    event.preventDefault();
    onProviderChange(new URL(link.href).searchParams.get("provider"));
  }

  return (
    <div onClickCapture={onClick}>
      <TabLinks label="Providers" tabs={tabs} />
    </div>
  );
}
