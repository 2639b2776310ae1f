import type { TargetSummary } from "@/lib/trials/schema";

/** The number of finished cells in which something went wrong. */
export function shortfall(target: TargetSummary): number {
  const { ok, of, arguments_valid, arguments_valid_of } = target;
  const { expectations_met, expectations_met_of } = target;
  return of - ok + arguments_valid_of - arguments_valid + expectations_met_of - expectations_met;
}
