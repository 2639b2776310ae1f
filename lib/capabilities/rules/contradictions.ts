import type { CapabilitiesProved, CapabilityProof } from "@/lib/capabilities/schema";

export type Flags = { supports_tools: boolean | null; supports_vision: boolean | null };

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
export function findContradictions(row: Flags, proved: CapabilitiesProved | null): Contradiction[] {
  return (["tools", "vision"] as const).flatMap((name) => {
    const proof = proved?.[name];
    if (!proof || proof.verdict === "not_known") return [];
    const attribute = flagged[name];
    const stated = row[attribute];
    const observed = proof.verdict === "proved";
    return stated === observed ? [] : [{ name, attribute, said: stated, shown: observed, proof }];
  });
}
