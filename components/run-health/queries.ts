import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";

export const healthRanges = ["24h", "7d", "30d"] as const;
export type HealthRange = (typeof healthRanges)[number];

const dayMs = 86_400_000;
const lengths: Record<HealthRange, number> = { "24h": dayMs, "7d": 7 * dayMs, "30d": 30 * dayMs };

/** @param etag of the agent, because a switch changes the figures */
export function healthQuery(name: string, version: string, range: HealthRange, etag: string) {
  return queryOptions({
    queryKey: ["agents", "health", name, version, range, etag],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - lengths[range]).toISOString();
      return apiFetch("getAgentHealth", { params: { name, version }, query: { from }, signal });
    },
    placeholderData: (former) => former,
  });
}
