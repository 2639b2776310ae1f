"use client";

import { useSearchParams } from "next/navigation";
import type { MouseEvent } from "react";
import { TabLinks } from "@/components/ui/tab-links";
import type { AgentKey } from "@/lib/agents/schema";
import { pages } from "@/lib/paths";

/** `tab` in the address; that of the first tab has none. */
const tabs = [
  { id: "overview", label: "Overview" },
  { id: "runs", label: "Runs" },
] as const;
export type AgentTab = (typeof tabs)[number]["id"];

export function useAgentTab(): AgentTab {
  const shown = useSearchParams().get("tab");
  return tabs.find(({ id }) => id === shown)?.id ?? "overview";
}

type Props = { agent: AgentKey; current: AgentTab };

export function AgentTabs({ agent: { agent_name, version }, current }: Props) {
  const links = tabs.map(({ id, label }) => ({
    href: pages.agent(agent_name, version, { tab: id === "overview" ? null : id }),
    label,
    current: id === current,
  }));
  return (
    <div onClickCapture={switchTab} className="mb-4">
      <TabLinks label="Agent" tabs={links} />
    </div>
  );
}

/** Without a request to the server, so that unsaved changes stay. */
function switchTab(event: MouseEvent) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isElsewhere = event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey;
  if (!link || isElsewhere) return;
  event.preventDefault();
  window.history.pushState(null, "", link.href);
}
