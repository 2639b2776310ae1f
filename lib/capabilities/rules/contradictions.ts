import type { CapabilitiesProved, CapabilityProof } from "@/lib/capabilities/schema";

export type Flags = { supports_tools: boolean | null; supports_vision: boolean | null };

/** A difference between a row's flag and a probe result. */
export type Contradiction = {
  name: "tools" | "vision";
  attribute: keyof Flags;
  /** The row's value; null means "not known". */
  stated: boolean | null;
  observed: boolean;
  proof: CapabilityProof;
};

const flagged = { tools: "supports_tools", vision: "supports_vision" } as const;

/** Differences between the row's flags and probe results. An unset flag counts as a difference. */
export function findContradictions(row: Flags, proved: CapabilitiesProved | null): Contradiction[] {
  return (["tools", "vision"] as const).flatMap((name) => {
    const proof = proved?.[name];
    if (!proof || proof.verdict === "not_known") return [];
    const attribute = flagged[name];
    const stated = row[attribute];
    const observed = proof.verdict === "proved";
    return stated === observed
      ? []
      : [{ name, attribute, stated: stated, observed: observed, proof }];
  });
}
