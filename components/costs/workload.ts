import type { Workload } from "@/lib/costs/rules/calculator";
import { formatCount } from "@/lib/format";

/** As typed, by the names that stand in the address. */
export type WorkloadTexts = { input: string; output: string; cached: string; calls: string };
type WorkloadErrors = Partial<Record<keyof WorkloadTexts, string>>;

/** Keeps every product of a month a whole number that a float holds exactly. */
const most = 10_000_000;

/** What is typed as numbers; null with the reasons, by field, while something makes no sense. */
export function readWorkload(texts: WorkloadTexts): {
  workload: Workload | null;
  errors: WorkloadErrors;
} {
  const [input, output, cached, calls] = [texts.input, texts.output, texts.cached, texts.calls].map(
    countOf,
  );
  const errors: WorkloadErrors = {};
  for (const [name, count] of Object.entries({ input, output, cached, calls })) {
    // The four names of the texts.
    if (count === undefined) errors[name as keyof WorkloadTexts] = wrong;
  }
  if (input === undefined || output === undefined || cached === undefined || calls === undefined) {
    return { workload: null, errors };
  }
  if (cached > input) {
    return { workload: null, errors: { cached: "Cached tokens are a part of the input tokens" } };
  }
  const tokens = { input_tokens: input, output_tokens: output, cached_tokens: cached };
  return { workload: { ...tokens, calls_per_day: calls }, errors };
}

const wrong = `Type a whole number up to ${formatCount(most)}`;

/** "12,000" and "12 000" are 12000, nothing is 0; undefined for what is no such count. */
function countOf(text: string): number | undefined {
  const digits = text.replace(/[\s,_]/g, "");
  if (!/^\d*$/.test(digits)) return undefined;
  const count = Number(digits);
  return count <= most ? count : undefined;
}
