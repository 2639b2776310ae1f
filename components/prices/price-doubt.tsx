import { describeDoubt, type PriceDoubts } from "@/lib/prices/rules/price-doubts";

/** A mark that a model's price may not be its own; nothing without doubts. */
export function PriceDoubt({ model }: { model: PriceDoubts | null | undefined }) {
  const doubt = model && describeDoubt(model);
  if (!doubt) return null;
  return <span className="block text-sm text-warn">{doubt}</span>;
}
