import "server-only";
import { findUsersByModel, listUsersByModel } from "@/lib/agents/references";
import { listModelPks } from "./repository";
import type { AgentRef } from "./schema";

/** The agents that resolve to the model now, aliases included. */
export async function usersOf(pk: string): Promise<AgentRef[]> {
  const users = await listUsersByModel(await listModelPks());
  return users.get(pk) ?? [];
}

/** The same, only to be shown: null when there is no table of agents, so that nobody knows. */
export async function findUsersOf(pk: string): Promise<AgentRef[] | null> {
  const users = await findUsersByModel(await listModelPks());
  return users && (users.get(pk) ?? []);
}
