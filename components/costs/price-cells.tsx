import Link from "next/link";
import { Availability } from "@/components/model-facts/availability";
import { PriceOrigin } from "@/components/prices/price-origin";
import { ProviderIcon } from "@/components/providers/provider-icon";
import { Tag } from "@/components/ui/text/tag";
import type { PricedModel } from "@/lib/costs/schema";
import { formatContextWindow, formatCount, formatPriceUsd, formatProviderName } from "@/lib/format";
import { pages } from "@/lib/paths";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { otherRegion } from "@/lib/prices/rules/price-doubts";

/** Links to the model's sheet. */
export function ModelName({ model }: { model: PricedModel }) {
  return (
    <>
      <span className="flex min-w-0 items-center gap-1.5">
        <ProviderIcon provider={model.provider_id} />
        <Link
          href={pages.models({ model: model.pk })}
          prefetch={false}
          title={model.display_name}
          className="min-w-0 truncate font-medium hover:underline"
        >
          {model.display_name}
        </Link>
        {model.is_default && <Tag tone="accent">Default</Tag>}
        {!model.is_active && <Tag>Inactive</Tag>}
        <Availability model={model} />
        {model.priced_by_family && !model.price_region_may_differ && (
          <span title="No catalog lists this model: it has the price of its family.">
            <Tag tone="warn">By family</Tag>
          </span>
        )}
        {model.price_region_may_differ && (
          <span title={`It has the ${otherRegion}.`}>
            <Tag tone="warn">Base price</Tag>
          </span>
        )}
      </span>
      <span title={model.pk} className="block truncate text-sm text-ink-3">
        {formatProviderName(model.provider_id)} ·{" "}
        <span className="font-mono">{model.model_id}</span>
      </span>
    </>
  );
}

type PriceProps = { model: PricedModel; name: PricedName; unit: PriceUnit };
type PricedName = "input_price" | "output_price" | "cache_read_price";

/** A price with its source, which links to the model's sheet. */
export function Price({ model, name, unit }: PriceProps) {
  const price = model[name];
  if (price === null) return <span className="text-sm text-ink-3">not priced</span>;
  return (
    <PriceOrigin pk={model.pk} name={name}>
      <Link href={pages.models({ model: model.pk })} prefetch={false} className="rounded-sm">
        {formatPriceUsd(price, unit)}
      </Link>
    </PriceOrigin>
  );
}

/** Price of cached input tokens, with its source. */
export function CachePrice({ model, unit }: { model: PricedModel; unit: PriceUnit }) {
  const { cache_read_price, cache_read_source, input_price } = model;
  const source = cache_read_price === null ? "as input" : cache_read_source;
  const price = cache_read_price ?? input_price;
  const name = cache_read_price === null ? "input_price" : "cache_read_price";
  return (
    <>
      <Price model={model} name={name} unit={unit} />
      {price !== null && source !== "registry" && (
        <span className="block text-xs text-ink-3">{source}</span>
      )}
    </>
  );
}

export function Tokens({ tokens }: { tokens: number | null }) {
  if (tokens === null) return <span className="text-sm text-ink-3">not known</span>;
  return <span title={`${formatCount(tokens)} tokens`}>{formatContextWindow(tokens)}</span>;
}

export function Capabilities({ model }: { model: PricedModel }) {
  const { supports_tools, supports_vision } = model;
  if (!supports_tools && !supports_vision) {
    const isKnown = supports_tools !== null || supports_vision !== null;
    return <span className="text-ink-3">{isKnown ? "Text" : "not known"}</span>;
  }
  return (
    <span className="inline-flex gap-1">
      {supports_tools && <Tag>Tools</Tag>}
      {supports_vision && <Tag>Vision</Tag>}
    </span>
  );
}

/** Sorts by capabilities; undefined if unknown, which sorts last. */
export function capabilityRank({ supports_tools, supports_vision }: PricedModel) {
  if (supports_tools === null && supports_vision === null) return undefined;
  return (supports_tools ? 2 : 0) + (supports_vision ? 1 : 0);
}
