"use client";

import { parseAsArrayOf, parseAsString, useQueryState } from "@/components/ui/url-state";
import { mostModels } from "@/lib/playground/rules/limits";

const none: string[] = [];
const parser = parseAsArrayOf(parseAsString).withDefault(none);

/** The pks of the chosen models, in the address: at most four, each once. */
export function useChosenModels() {
  const [asked, setAsked] = useQueryState("models", parser);
  const chosen = chosenOf(asked);
  const setChosen = (pks: readonly string[]) => void setAsked(chosenOf(pks));
  return [chosen, setChosen] as const;
}

function chosenOf(pks: readonly string[]): string[] {
  const named = pks.filter((pk) => /^[^#]+#[^#]+$/.test(pk));
  return [...new Set(named)].slice(0, mostModels);
}
