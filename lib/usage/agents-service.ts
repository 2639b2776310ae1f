import "server-only";
import { errorName, log } from "@/lib/log";
import { findRegisteredAgents, type RegisteredAgent } from "@/lib/models/reference-service";

type Registry = {
  /** Every version of every agent; empty if unknown. */
  agents: RegisteredAgent[];
  state: "read" | "missing" | "unreadable";
};

/** The rows of AgentRegistry. Usage is also shown without them. */
export async function readRegistry(): Promise<Registry> {
  try {
    const agents = await findRegisteredAgents();
    return agents ? { agents, state: "read" } : { agents: [], state: "missing" };
  } catch (error) {
    log("error", "Agents could not be read for their usage", { name: errorName(error) });
    return { agents: [], state: "unreadable" };
  }
}
