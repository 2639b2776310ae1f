import { useState } from "react";
import type { PaletteItem, PaletteStep } from "./palette-items";
import { search } from "./palette-search";
import { recentIds } from "./recent-items";
import { usePaletteItems } from "./use-palette-items";

const labels: Record<PaletteStep, string> = {
  "switch-agent": "Agent to switch",
  "test-model": "Model to test",
};

/** More than this is not read through: another word finds it sooner. */
const mostShown = 40;

export type Palette = ReturnType<typeof usePalette>;

export function usePalette(canWrite: boolean) {
  const [query, setQuery] = useState("");
  const [step, setStep] = useState<PaletteStep | null>(null);
  const [recent] = useState(recentIds);
  const { items, index, missing } = usePaletteItems(step, canWrite);
  const asked = query.trim() !== "";
  const found = asked ? search(index, query, mostShown) : offered(items, step, recent);

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
    asked,
    found,
    missing,
    label: step ? labels[step] : "Find a model, an agent, a key, a page or an action",
  };
}

/** The best hit, also one that comes while it is being looked at, until one moves to another. */
function useHighlight(query: string, items: readonly PaletteItem[]) {
  const [moved, setMoved] = useState<{ query: string; id: string } | null>(null);
  const best = items[0]?.id ?? "";
  const holds = moved?.query === query && items.some(({ id }) => id === moved.id);
  return {
    value: holds ? moved.id : best,
    onValueChange: (id: string) => setMoved(id === best ? null : { query, id }),
  };
}

/** Before anything is typed: what was chosen last, the pages and the actions; in a step, its list. */
function offered(items: PaletteItem[], step: PaletteStep | null, recent: readonly string[]) {
  if (step) return { items: items.slice(0, mostShown), total: items.length };
  const last = recent.flatMap((id) => items.find((item) => item.id === id) ?? []);
  const shown = [
    ...last.map((item) => ({ ...item, group: "Recent" as const })),
    ...items.filter(
      ({ id, group }) => (group === "Pages" || group === "Actions") && !recent.includes(id),
    ),
  ];
  return { items: shown, total: shown.length };
}
