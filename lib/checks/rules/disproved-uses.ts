import { agentTools } from "@/lib/agents/rules/tools";
import {
  type Contradiction,
  type Flags,
  findContradictions,
} from "@/lib/capabilities/rules/contradictions";
import type { CapabilitiesProved } from "@/lib/capabilities/schema";

type Row = Flags & { capabilities_proved: CapabilitiesProved | null };

/**
 * The facts behind `capability_disproved`: capabilities that the row claims but a probe disproved,
 * and agents with enabled tools on a model that refused tools.
 */
export function disprovedUses<User extends { tools: unknown[] | null }>(
  row: Row,
  users: readonly User[],
): { promised: Contradiction[]; stranded: User[] } {
  const proved = row.capabilities_proved;
  const hasTools = ({ tools }: User) => agentTools(tools).some((tool) => tool.enabled);
  return {
    promised: findContradictions(row, proved).filter(
      ({ stated, observed }) => stated === true && !observed,
    ),
    stranded: proved?.tools?.verdict === "disproved" ? users.filter(hasTools) : [],
  };
}
