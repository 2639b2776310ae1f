import { usageGroupings } from "@/lib/usage/rules/groupings";
import type { CostsWanted } from "./queries";
import { ranges } from "./range";

/** What the address asks for, read on the server as `useCostsState` reads it in the browser. */
export function readWanted(search: Record<string, string | string[] | undefined>): CostsWanted {
  const of = (name: string) => [search[name]].flat()[0];
  return {
    range: ranges.find((value) => value === of("range")) ?? "30d",
    group_by: usageGroupings.find((value) => value === of("group_by")) ?? "provider",
    within: of("within") ?? null,
  };
}

/** Every agent with its tokens of 30 days: what a what-if begins with. */
export const allAgents: CostsWanted = { range: "30d", group_by: "agent", within: null };
