import Papa from "papaparse";
import type { UsageReport } from "@/lib/usage/schema";

const figures = [
  "input_tokens",
  "output_tokens",
  "cost_usd",
  "unpriced_tokens",
  "assumed_tokens",
  "derived_tokens",
] as const;

/** Every period of every group as CSV; an unknown cost is empty. */
export function usageCsv({ groups }: UsageReport): string {
  const data = groups.flatMap(({ key, series }) =>
    series.map((point) => [
      point.at,
      key,
      ...figures.map((name) => point[name]),
      point.too_low?.join(" ") ?? "",
      point.by_family_usd ?? 0,
      point.base_price_usd ?? 0,
    ]),
  );
  const fields = ["at", "key", ...figures, "too_low", "by_family_usd", "base_price_usd"];
  return `${Papa.unparse({ fields, data }, { escapeFormulae: true })}\r\n`;
}
