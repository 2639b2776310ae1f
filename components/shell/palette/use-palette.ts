import { useState } from "react";
import type { PaletteItem, PaletteStep } from "./palette-items";
import { search } from "./palette-search";
import { recentIds } from "./recent-items";
import { usePaletteItems } from "./use-palette-items";

const labels: Record<PaletteStep, string> = {
  "switch-agent": "Agent to switch",
  "test-model": "Model to test",
};

/** Beyond these, another search word is faster than scrolling. */
const maxShown = 40;

export type Palette = ReturnType<typeof usePalette>;

export function usePalette(canWrite: boolean) {
  const [query, setQuery] = useState("");
  const [step, setStep] = useState<PaletteStep | null>(null);
  const [recent] = useState(recentIds);
  const { items, index, missing } = usePaletteItems(step, canWrite);
  const hasQuery = query.trim() !== "";
  const found = hasQuery ? search(index, query, maxShown) : initialItems(items, step, recent);

  function enter(next: PaletteStep | null) {
    setStep(next);
    setQuery("");
  }

  return {
    query,
    setQuery,
    highlight: useHighlight(query, found.items),
    step,
    enter,
    hasQuery: hasQuery,
    found,
    missing,
    label: step ? labels[step] : "Find a model, an agent, a key, a page or an action",
  };
}

/** Follows the best hit until the user moves the selection. */
function useHighlight(query: string, items: readonly PaletteItem[]) {
  const [moved, setMoved] = useState<{ query: string; id: string } | null>(null);
  const best = items[0]?.id ?? "";
  const holds = moved?.query === query && items.some(({ id }) => id === moved.id);
  return {
    value: holds ? moved.id : best,
    onValueChange: (id: string) => setMoved(id === best ? null : { query, id }),
  };
}

/** Before anything is typed: recent items, pages and actions; in a step, its items. */
function initialItems(items: PaletteItem[], step: PaletteStep | null, recent: readonly string[]) {
  if (step) return { items: items.slice(0, maxShown), total: items.length };
  const last = recent.flatMap((id) => items.find((item) => item.id === id) ?? []);
  const visible = [
    ...last.map((item) => ({ ...item, group: "Recent" as const })),
    ...items.filter(
      ({ id, group }) => (group === "Pages" || group === "Actions") && !recent.includes(id),
    ),
  ];
  return { items: visible, total: visible.length };
}
