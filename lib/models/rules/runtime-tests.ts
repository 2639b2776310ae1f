import { formatDuration, formatUtcMinute } from "@/lib/format";
import type { RuntimeEvidence } from "@/lib/models/schema";
import type { Transformer } from "@/lib/runtime/schema";
import { utcTime } from "@/lib/utc-time";

/** The parts of an agent's request by which its tests differ. */
export type AgentRequest = {
  with_tools: boolean;
  /** By the machine's definition; absent if it isn't known. */
  transformer?: Transformer | null;
  /** What the caller sends, by the machine's definition; absent or null if it isn't known. */
  body?: Record<string, unknown> | null;
};

/** The last test of this request; null if there was none. */
export function lastRuntimeTest(
  runtime_evidence: readonly RuntimeEvidence[],
  { with_tools, transformer }: AgentRequest,
): RuntimeEvidence | null {
  const matching = runtime_evidence.filter(
    (test) => test.with_tools === with_tools && (!transformer || test.transformer === transformer),
  );
  return latest(matching);
}

/** The most recent of some tests. */
export function latest(tests: readonly RuntimeEvidence[]): RuntimeEvidence | null {
  const [first = null] = [...tests].sort((a, b) => utcTime(b.at) - utcTime(a.at));
  return first;
}

/** A test in a sentence. */
export function describeRuntimeTest(test: RuntimeEvidence): string {
  const { at, by, with_tools, simulated, latency_ms, timeout_ms, status, words } = test;
  const request = `the runtime's request ${with_tools ? "with" : "without"} tools`;
  const when = `on ${formatUtcMinute(at)}, sent by ${by}${simulated ? ", simulated" : ""}`;
  const turn = test.after_tool_result ? " after a tool result" : "";
  switch (test.outcome) {
    case "answered":
      return `It answered ${request} in ${formatDuration(latency_ms)} ${when}.`;
    case "refused":
      return `It refused ${request}${turn} ${when}: status ${status ?? "none"}, "${words ?? ""}"`;
    case "unreadable":
      return `It answered ${request}${turn} ${when}, but the runtime's caller can't read the answer.`;
    case "too_slow":
      return `It did not answer ${request}${turn} within the machine's ${formatDuration(timeout_ms)}, ${when}.`;
  }
}
