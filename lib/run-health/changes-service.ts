import "server-only";
import type { ActivityEvent } from "@/lib/activity/schema";
import { listActivity } from "@/lib/activity/service";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { DeployedAgent } from "@/lib/agents/runtime-service";
import { explainAwsFailure, onlyRead } from "@/lib/aws/failures";
import { AppError } from "@/lib/errors";
import { changesOf, type Switch } from "./rules/changes";
import type { AgentHealth } from "./schema";

type History = {
  changes: AgentHealth["changes"];
  last: Switch | null;
  previous: Switch | null;
  notes: string[];
};

/** The most pages of 50 events that one answer reads. */
const maxPages = 10;

/** Changes of the agent since the window began, and its last two switches, however old. */
export async function readChanges(
  agent: DeployedAgent,
  { start }: { start: number },
): Promise<History> {
  const entity = `agent:${agentEntityId(agent)}`;
  const events: ActivityEvent[] = [];
  let cursor: string | undefined;
  try {
    for (let page = 0; page < maxPages; page++) {
      const read = await listActivity({ entity, cursor });
      events.push(...read.events);
      cursor = read.cursor ?? undefined;
      const oldest = Date.parse(events.at(-1)?.at ?? "");
      if (!cursor || (oldest < start && changesOf(events, agent).switches.length > 1)) break;
    }
  } catch (error) {
    const notes = [`Switches and prompt changes could not be read: ${messageOf(error)}`];
    return { changes: [], last: null, previous: null, notes };
  }
  const { changes, switches } = changesOf(events, agent);
  return { changes, last: switches.at(-1) ?? null, previous: switches.at(-2) ?? null, notes: [] };
}

/** @throws errors that don't come from AWS */
export function messageOf(error: unknown): string {
  const explained = error instanceof AppError ? error : explainAwsFailure(error, onlyRead);
  if (!explained) throw error;
  return explained.message;
}
