"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { type AgentList, agentQueries } from "@/components/agents/queries";
import { modelQueries } from "@/components/models/queries";
import { entityKinds } from "@/lib/activity/rules/actions";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { ModelList } from "@/lib/models/schema";
import { providerIds } from "@/lib/providers/schema";
import { entityName } from "./queries";

/**
 * The names of everything that may have a history: what is registered now.
 * @param wanted false until somebody is about to type one
 */
export function useThingNames(wanted: boolean) {
  const client = useQueryClient();
  const models = useQuery({ ...modelQueries.list(), enabled: wanted });
  const agents = useQuery({ ...agentQueries.list(), enabled: wanted });
  const names = useMemo(() => namesOf(models.data, agents.data), [models.data, agents.data]);
  /** The same once the lists are here: one may be faster than they are. */
  async function load(): Promise<readonly string[]> {
    const [knownModels, knownAgents] = await Promise.all([
      client.ensureQueryData(modelQueries.list()).catch(() => undefined),
      client.ensureQueryData(agentQueries.list()).catch(() => undefined),
    ]);
    return namesOf(knownModels, knownAgents);
  }
  return { names, load };
}

function namesOf(models: ModelList | undefined, agents: AgentList | undefined): readonly string[] {
  return [
    ...(models?.models ?? []).map(({ pk }) => entityName({ kind: "model", id: pk })),
    ...(agents?.agents ?? []).map((agent) =>
      entityName({ kind: "agent", id: agentEntityId(agent) }),
    ),
    ...providerIds.map((id) => entityName({ kind: "key", id })),
  ];
}

/** The full name of what was typed: itself, or the only known thing that it is the end of. */
export function thingNamed(typed: string, names: readonly string[]): string | null {
  if (entityKinds.some((kind) => typed.startsWith(`${kind}:`) && typed.length > kind.length + 1)) {
    return typed;
  }
  const id = (name: string) => name.slice(name.indexOf(":") + 1);
  const fitting = names.filter(
    (name) =>
      id(name) === typed || id(name).split("#")[1] === typed || id(name).split("/")[0] === typed,
  );
  return fitting.length === 1 ? (fitting[0] ?? null) : null;
}
