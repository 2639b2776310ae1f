"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { agentQueries } from "@/components/agents/queries";
import { modelQueries } from "@/components/models/queries";
import { agentEntityId } from "@/lib/agents/schema";
import { providerIds } from "@/lib/providers/schema";
import { kinds } from "./activity-state";
import { entityName } from "./queries";

/**
 * The names of everything that may have a history: what is registered now.
 * @param wanted false until somebody is about to type one
 */
export function useThingNames(wanted: boolean): readonly string[] {
  const models = useQuery({ ...modelQueries.list(), enabled: wanted });
  const agents = useQuery({ ...agentQueries.list(), enabled: wanted });
  return useMemo(
    () => [
      ...(models.data?.models ?? []).map(({ pk }) => entityName({ kind: "model", id: pk })),
      ...(agents.data?.agents ?? []).map((agent) =>
        entityName({ kind: "agent", id: agentEntityId(agent) }),
      ),
      ...providerIds.map((id) => entityName({ kind: "key", id })),
    ],
    [models.data, agents.data],
  );
}

/** The full name of what was typed: itself, or the only known thing that it is the end of. */
export function thingNamed(typed: string, names: readonly string[]): string | null {
  if (kinds.some((kind) => typed.startsWith(`${kind}:`) && typed.length > kind.length + 1)) {
    return typed;
  }
  const id = (name: string) => name.slice(name.indexOf(":") + 1);
  const fitting = names.filter(
    (name) =>
      id(name) === typed || id(name).split("#")[1] === typed || id(name).split("/")[0] === typed,
  );
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}
