import { ApiError } from "@/lib/api/client";
import type { Finding } from "@/lib/findings/schema";

/** The findings of a 409 `preflight_blocked`; null for every other failure. */
export function findingsOf(error: unknown): Finding[] | null {
  if (!(error instanceof ApiError) || error.problem.code !== "preflight_blocked") return null;
  // Our own API sends findings with this code.
  return (error.problem.findings ?? []) as Finding[];
}
