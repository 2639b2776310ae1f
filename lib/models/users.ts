import "server-only";
import { listUsersByModel } from "@/lib/agents/references";
import { listModelPks } from "./repository";
import type { AgentRef } from "./schema";

/** The agents that resolve to the model now, aliases included. */
export async function usersOf(pk: string): Promise<AgentRef[]> {
  const users = await listUsersByModel(await listModelPks());
  return users.get(pk) ?? [];
}
