"use client";

import { useQuery } from "@tanstack/react-query";
import { useTheme } from "next-themes";
import { useMemo } from "react";
import { agentQueries } from "@/components/agents/queries";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { leaveConsole } from "@/components/shell/leave-console";
import {
  actionItems,
  agentItem,
  keyItem,
  modelItems,
  type PaletteItem,
  type PaletteStep,
  pageItems,
} from "./palette-items";
import { indexed } from "./palette-search";

/** One of the lists that load when the palette opens. */
export type PaletteSource = {
  what: "models" | "agents" | "API keys";
  error: Error | null;
  isFetching: boolean;
  retry: () => void;
};

/** All items, and the lists that are loading or failed. */
export function usePaletteItems(step: PaletteStep | null, canWrite: boolean) {
  const models = useQuery(modelQueries.list());
  const agents = useQuery(agentQueries.list());
  const providers = useQuery(providerQueries.list());
  const { setTheme } = useTheme();

  const items = useMemo((): PaletteItem[] => {
    const modelRows = models.data?.models ?? [];
    const agentRows = agents.data?.agents ?? [];
    if (step === "test-model") return modelItems(modelRows, "test");
    if (step === "switch-agent") return agentRows.map(agentItem);
    return [
      ...pageItems(),
      ...actionItems({ canWrite, setTheme, leave: () => void leaveConsole() }),
      ...(providers.data?.providers ?? []).map(keyItem),
      ...agentRows.map(agentItem),
      ...modelItems(modelRows),
    ];
  }, [step, canWrite, setTheme, models.data, agents.data, providers.data]);

  const missing = [
    { what: "models", query: models },
    { what: "agents", query: agents },
    { what: "API keys", query: providers },
  ] as const;
  return {
    items,
    index: useMemo(() => indexed(items), [items]),
    missing: missing
      .filter(({ query }) => !query.data)
      .map(
        ({ what, query }): PaletteSource => ({
          what,
          error: query.error,
          isFetching: query.isFetching,
          retry: () => void query.refetch(),
        }),
      ),
  };
}
