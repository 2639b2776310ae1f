import type { Workload } from "@/lib/costs/rules/calculator";
import { formatCount } from "@/lib/format";
import { messageOf, parseNumber } from "@/lib/numbers";

/** The texts as typed, under their names in the URL. */
export type WorkloadTexts = { input: string; output: string; cached: string; calls: string };
type WorkloadErrors = Partial<Record<keyof WorkloadTexts, string>>;

/** Keeps every monthly product an integer that a float holds exactly. */
const maxCount = 10_000_000;

/** The typed workload, or null with a message for each invalid field. An empty field is 0. */
export function readWorkload(texts: WorkloadTexts): {
  workload: Workload | null;
  errors: WorkloadErrors;
} {
  const errors: WorkloadErrors = {};
  const read = (name: keyof WorkloadTexts): number => {
    const count = readCount(texts[name]);
    if (typeof count === "number") return count;
    errors[name] = count;
    return 0;
  };
  const tokens = {
    input_tokens: read("input"),
    output_tokens: read("output"),
    cached_tokens: read("cached"),
  };
  const workload = { ...tokens, calls_per_day: read("calls") };
  if (Object.keys(errors).length > 0) return { workload: null, errors };
  if (tokens.cached_tokens > tokens.input_tokens) {
    return { workload: null, errors: { cached: "Cached tokens are a part of the input tokens" } };
  }
  return { workload, errors };
}

/** A count, or the error message. */
function readCount(text: string): number | string {
  const parsed = parseNumber(text);
  if (parsed.kind === "empty") return 0;
  const ifInvalid = `Type a whole number up to ${formatCount(maxCount)}`;
  if (parsed.kind !== "number") return messageOf(parsed, ifInvalid);
  const isCount = Number.isInteger(parsed.value) && parsed.value >= 0 && parsed.value <= maxCount;
  return isCount ? parsed.value : ifInvalid;
}
