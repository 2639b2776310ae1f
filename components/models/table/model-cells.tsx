"use client";

import { useState } from "react";
import { useModelActions } from "@/components/models/actions";
import { agentNames } from "@/components/models/model-labels";
import { describeTest } from "@/components/models/sheet/test-outcome";
import { PriceOrigin } from "@/components/prices/price-origin";
import { ProviderIcon } from "@/components/providers/provider-icon";
import { Tooltip } from "@/components/ui/overlay/tooltip";
import { CopyButton } from "@/components/ui/text/copy-button";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Status } from "@/components/ui/text/status";
import { Tag } from "@/components/ui/text/tag";
import {
  formatContextWindow,
  formatCount,
  formatDuration,
  formatPriceUsd,
  pluralize,
} from "@/lib/format";
import type { LastTest, ModelRecord } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { ofFamily, otherRegion } from "@/lib/prices/rules/price-doubts";

/** Provider, name, badges and ID with a copy button. */
export function NameCell({ model }: { model: ModelRecord }) {
  const { open } = useModelActions();
  // Rendered on demand, because sorting thousands of rows mounts dozens at once.
  const [isNear, setNear] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches the controls inside
    <div className="min-w-0" onPointerEnter={() => setNear(true)} onFocus={() => setNear(true)}>
      <div className="flex min-w-0 items-center gap-1.5">
        <ProviderIcon provider={model.provider_id} />
        <button
          type="button"
          title={model.display_name}
          onClick={() => open(model.pk)}
          className="min-w-0 truncate rounded-sm font-medium hover:underline"
        >
          {model.display_name}
        </button>
        <NameTags model={model} />
      </div>
      <div className="flex min-w-0 items-center gap-0.5">
        <span title={model.model_id} className="truncate font-mono text-sm text-ink-2">
          {model.model_id}
        </span>
        {isNear && (
          <span className="-my-1.5 hidden group-focus-within/row:inline-flex group-hover/row:inline-flex pointer-coarse:inline-flex">
            <CopyButton value={model.model_id} what="model ID" />
          </span>
        )}
      </div>
    </div>
  );
}

/** Badges: default, and a provider name stored as an alias. */
export function NameTags({ model }: { model: ModelRecord }) {
  return (
    <>
      {model.is_default && <Tag tone="accent">Default</Tag>}
      {model.provider !== model.provider_id && <Tag>{model.provider}</Tag>}
    </>
  );
}

export const assumedExplanation =
  "The unit of this price was assumed: an older tool wrote it, and no catalog price could settle whether it meant 1M or 1K tokens. Open the model to confirm it.";

const explanations = {
  assumed: assumedExplanation,
  family:
    "No catalog lists this model: the price is that of another model of its family. Open the model to compare and confirm it.",
  region: `No catalog lists this geography: ${otherRegion}. Open the model to compare and confirm it.`,
} as const;

const spokenDoubts = { assumed: "unit assumed", family: ofFamily, region: otherRegion } as const;

/** Why an admin should confirm a price; null without doubts. */
export function priceDoubt(
  { price_unit, priced_by_family, price_region_may_differ }: ModelRecord,
  name: "input_price" | "output_price",
): keyof typeof explanations | null {
  if (priced_by_family?.includes(name)) return price_region_may_differ ? "region" : "family";
  return price_unit;
}

type PriceCellProps = {
  model: ModelRecord;
  name: "input_price" | "output_price";
  unit: PriceUnit;
};

/** A price with its source, marked while in doubt. Opens the model. */
export function PriceCell({ model, name, unit }: PriceCellProps) {
  const { open } = useModelActions();
  const price = model[name];
  if (price === null) return <span className="text-xs text-ink-3">not priced</span>;
  const doubt = priceDoubt(model, name);
  return (
    <PriceOrigin pk={model.pk} name={name} note={doubt ? explanations[doubt] : undefined}>
      <button
        type="button"
        onClick={() => open(model.pk)}
        className={doubt ? "rounded-sm border-b border-dotted border-warn" : "rounded-sm"}
      >
        {formatPriceUsd(price, unit)}
        {doubt && (
          <>
            <span aria-hidden="true" className="ml-0.5 text-warn">
              ?
            </span>
            <span className="sr-only">, {spokenDoubts[doubt]}</span>
          </>
        )}
      </button>
    </PriceOrigin>
  );
}

export function ContextCell({ tokens }: { tokens: number | null }) {
  if (tokens === null) return <span className="text-sm text-ink-3">not known</span>;
  return <span title={`${formatCount(tokens)} tokens`}>{formatContextWindow(tokens)}</span>;
}

export function CapabilitiesCell({ model }: { model: ModelRecord }) {
  const { supports_tools: tools, supports_vision: vision } = model;
  if (!tools && !vision) {
    const isKnown = tools !== null || vision !== null;
    return <span className="text-ink-3">{isKnown ? "Text" : "not known"}</span>;
  }
  return (
    <span className="inline-flex flex-col items-start gap-0.5">
      {tools && <Tag className="px-1!">Tools</Tag>}
      {vision && <Tag className="px-1!">Vision</Tag>}
    </span>
  );
}

/** The number of agents; the tooltip names them. */
export function AgentsCell({ model }: { model: ModelRecord }) {
  const { open } = useModelActions();
  const count = model.used_by.length;
  if (model.agents_unknown) {
    return (
      <span title="The agents' table does not exist" className="text-ink-3">
        <span aria-hidden="true">?</span>
        <span className="sr-only">not known</span>
      </span>
    );
  }
  if (count === 0) return <span className="text-ink-3">0</span>;
  return (
    <Tooltip text={agentNames(model)}>
      <button
        type="button"
        aria-label={`${pluralize(count, "agent")}: ${agentNames(model)}`}
        onClick={() => open(model.pk)}
        className="min-w-6 rounded-sm text-right underline decoration-line-strong decoration-dotted underline-offset-3"
      >
        {count}
      </button>
    </Tooltip>
  );
}

export function LastTestCell({ test }: { test: LastTest | null }) {
  if (!test) return <span className="text-ink-3">never</span>;
  const { label, tone } = describeTest(test);
  const latency = test.latency_ms !== null && formatDuration(test.latency_ms, { decimals: 1 });
  return (
    <>
      <Status tone={tone}>{label}</Status>
      <span className="block text-sm text-ink-3">
        {latency && `${latency} · `}
        <RelativeTime at={test.at} style="short" />
        {test.simulated && <span className="sr-only">, simulated</span>}
      </span>
    </>
  );
}
