"use client";

import Link from "next/link";
import type { FixHandlers } from "@/components/completions/failure-note";
import { RunResult } from "@/components/completions/run-result";
import type { TestRun } from "@/components/completions/test-run";
import { PriceOrigin } from "@/components/prices/price-origin";
import { formatPricePair } from "@/components/prices/price-pair";
import { Button } from "@/components/ui/form/button";
import { Note } from "@/components/ui/text/note";
import { Tag } from "@/components/ui/text/tag";
import type { ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import type { ModelLabels } from "./model-names";
import type { Rank } from "./rank-runs";

type Props = {
  pk: string;
  labels: ModelLabels;
  run: TestRun | null;
  ranks: readonly Rank[];
  /** Whether the next run sends an image or tools. */
  sends: { image: boolean; tools: boolean };
  onStop: () => void;
  handlers: FixHandlers;
};

/** One model with its facts, its answer and its figures. */
export function RunColumn({ pk, labels, run, ranks, sends, onStop, handlers }: Props) {
  const { name, provider, modelId, record } = labels;
  return (
    <section aria-label={name} className="rounded-lg border border-line bg-panel px-3.5 py-3">
      <div className="flex items-start justify-between gap-2">
        <div className="min-w-0">
          <h2 className="font-semibold wrap-anywhere">{name}</h2>
          <p className="text-sm wrap-anywhere text-ink-3">
            {provider} · <span className="font-mono">{modelId}</span>
          </p>
        </div>
        {run?.state === "running" && (
          <Button size="sm" aria-label={`Stop ${name}`} onClick={onStop}>
            Stop
          </Button>
        )}
      </div>
      <Facts pk={pk} record={record} />
      {(ranks.length > 0 || run?.change) && (
        <p className="mt-1.5 flex flex-wrap gap-1">
          {ranks.map((rank) => (
            <Tag key={rank} tone="good">
              {rank}
            </Tag>
          ))}
          {run?.change && <Tag>{run.change}</Tag>}
        </p>
      )}
      <Doubts record={record} sends={sends} />
      {run && (
        <div className="mt-2.5 border-t border-line pt-2.5">
          <RunResult
            run={run}
            provider={pk.slice(0, pk.indexOf("#"))}
            handlers={handlers}
            isOneOfMany
          />
        </div>
      )}
    </section>
  );
}

function Facts({ pk, record }: { pk: string; record: ModelRecord | null }) {
  if (!record) return <p className="text-sm text-ink-3">Not registered, so not priced</p>;
  return (
    <p className="text-sm text-ink-3">
      {formatPricePair(record)} ·{" "}
      <PriceOrigin pk={record.pk} name="input_price">
        <Link
          href={pages.models({ model: pk })}
          prefetch={false}
          className="text-ink-2 underline decoration-line-strong underline-offset-3 hover:decoration-current"
        >
          Details
        </Link>
      </PriceOrigin>
    </p>
  );
}

/** Warnings before a run. They don't block it, because the row may be wrong. */
function Doubts({ record, sends }: Pick<Props, "sends"> & { record: ModelRecord | null }) {
  const lacking = [
    sends.image && record?.supports_vision === false && "images",
    sends.tools && record?.supports_tools === false && "tools",
  ].filter(Boolean);
  if (lacking.length === 0) return null;
  return (
    <Note tone="warn" className="mt-2">
      By its row it takes no {lacking.join(" and no ")}.
    </Note>
  );
}
