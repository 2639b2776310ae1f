import type { StatusTone } from "@/components/ui/text/status";
import type { CapabilityName, CapabilityVerdict } from "@/lib/capabilities/schema";

export const capabilityLabels: Record<CapabilityName, string> = {
  tools: "Tools",
  vision: "Vision",
  streaming: "Streaming",
};

export const verdictLabels: Record<CapabilityVerdict, { label: string; tone: StatusTone }> = {
  proved: { label: "Proved", tone: "good" },
  disproved: { label: "Disproved", tone: "bad" },
  not_known: { label: "Not known", tone: "warn" },
};

/** A row's flag as text: "takes tools", "takes no images", "does not say" */
export function formatClaim(name: "tools" | "vision", declared: boolean | null): string {
  const noun = name === "tools" ? "tools" : "images";
  if (declared === null) return `does not say whether the model takes ${noun}`;
  return `says that the model takes ${declared ? noun : `no ${noun}`}`;
}
