import { agentTools } from "@/lib/agents/rules/tools";
import type { CapabilitiesProved, CapabilityProof } from "@/lib/capabilities/schema";

type Flags = { supports_tools: boolean | null; supports_vision: boolean | null };

/** A row that says something else than the model has shown. */
export type Contradiction = {
  name: "tools" | "vision";
  attribute: keyof Flags;
  /** What the row says; null is "not known". */
  said: boolean | null;
  shown: boolean;
  proof: CapabilityProof;
};

const flagged = { tools: "supports_tools", vision: "supports_vision" } as const;

/** Where the row's flags differ from what probes have settled; a row that says nothing differs too. */
export function contradictions(row: Flags, proved: CapabilitiesProved | null): Contradiction[] {
  return (["tools", "vision"] as const).flatMap((name) => {
    const proof = proved?.[name];
    if (!proof || proof.verdict === "not_known") return [];
    const attribute = flagged[name];
    const said = row[attribute];
    const shown = proof.verdict === "proved";
    return said === shown ? [] : [{ name, attribute, said, shown, proof }];
  });
}

type Row = Flags & { capabilities_proved: CapabilitiesProved | null };

/**
 * The facts behind `capability_disproved`: what the row promises and a probe has disproved, and the
 * agents with enabled tools on a model that was seen to take none, whatever its row says.
 */
export function disprovedUses<User extends { tools: unknown[] | null }>(
  row: Row,
  users: readonly User[],
): { promised: Contradiction[]; stranded: User[] } {
  const proved = row.capabilities_proved;
  const hasTools = ({ tools }: User) => agentTools(tools).some((tool) => tool.enabled);
  return {
    promised: contradictions(row, proved).filter(({ said, shown }) => said === true && !shown),
    stranded: proved?.tools?.verdict === "disproved" ? users.filter(hasTools) : [],
  };
}
