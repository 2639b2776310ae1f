import type { StatusTone } from "@/components/ui/text/status";
import type { CapabilityName, CapabilityVerdict } from "@/lib/capabilities/schema";

export const capabilityLabels: Record<CapabilityName, string> = {
  tools: "Tools",
  vision: "Vision",
  streaming: "Streaming",
};

export const verdictWords: Record<CapabilityVerdict, { word: string; tone: StatusTone }> = {
  proved: { word: "Proved", tone: "good" },
  disproved: { word: "Disproved", tone: "bad" },
  not_known: { word: "Not known", tone: "warn" },
};

/** What a flag of a row claims: "takes tools", "takes no images", "does not say" */
export function claimWords(name: "tools" | "vision", said: boolean | null): string {
  const noun = name === "tools" ? "tools" : "images";
  if (said === null) return `does not say whether the model takes ${noun}`;
  return `says that the model takes ${said ? noun : `no ${noun}`}`;
}
