import { formatDuration, formatUtcMinute } from "@/lib/format";
import type { RuntimeEvidence } from "@/lib/models/schema";
import { noAnswerMessage } from "@/lib/runtime/rules/caller-answer";
import { callerFailure } from "@/lib/runtime/rules/caller-failure";
import type { Transformer } from "@/lib/runtime/schema";
import { utcTime } from "@/lib/utc-time";

/** The parts of an agent's request that distinguish its tests. */
export type AgentRequest = {
  with_tools: boolean;
  /** From the machine's definition; absent if unknown. */
  transformer?: Transformer | null;
  /** The caller's body, from the machine's definition; absent or null if unknown. */
  body?: Record<string, unknown> | null;
  /** The names of its tools, from the machine's definition; absent if unknown. */
  tool_names?: readonly string[];
  /** The call, from the machine's definition; absent or null if unknown. */
  call?: { url: string; timeout_ms: number; max_tokens: number | null } | null;
};

/**
 * The last test of this request, judged with this machine's timeout, which may differ from that of
 * the test; null if there is no conclusive test.
 */
export function lastRuntimeTest(
  runtime_evidence: readonly RuntimeEvidence[],
  { with_tools, transformer, call }: AgentRequest,
): RuntimeEvidence | null {
  const matching = runtime_evidence.filter(
    (test) => test.with_tools === with_tools && (!transformer || test.transformer === transformer),
  );
  return latest(call ? matching.flatMap((test) => within(call, test) ?? []) : matching);
}

/** Null if the test timed out and the machine waits longer than the test did. */
function within(
  { url, timeout_ms }: NonNullable<AgentRequest["call"]>,
  test: RuntimeEvidence,
): RuntimeEvidence | null {
  if (test.outcome === "too_slow") return test.timeout_ms < timeout_ms ? null : test;
  if (test.status === null || test.latency_ms <= timeout_ms) return test;
  const would_fail_with = callerFailure(noAnswerMessage(url));
  return { ...test, outcome: "too_slow", timeout_ms, would_fail_with };
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
      return status === null
        ? `It did not answer ${request}${turn} within ${formatDuration(timeout_ms)}, which the machine waits, ${when}.`
        : `It answered ${request}${turn} in ${formatDuration(latency_ms)} ${when}; the machine waits ${formatDuration(timeout_ms)}.`;
  }
}
