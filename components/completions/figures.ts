/** "312 ms", "1.24 s", "1 min 3 s" */
export function durationWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}

/** Tokens; null is "not reported". */
export function countWords(tokens: number | null): string {
  return tokens === null ? "not reported" : tokens.toLocaleString("en-US");
}

const leastDecimals = 2;
const significantDigits = 3;

/** USD with as many decimals as its first three digits need: "$0.0000412"; null is "not priced". */
export function costWords(usd: number | null): string {
  if (usd === null) return "not priced";
  if (usd === 0) return "$0.00";
  const decimals = significantDigits - 1 - Math.floor(Math.log10(usd));
  const text = usd.toFixed(Math.min(Math.max(decimals, leastDecimals), 12));
  return `$${text.replace(/(\.\d{2}\d*?)0+$/, "$1")}`;
}
