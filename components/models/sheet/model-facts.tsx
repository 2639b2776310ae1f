"use client";

import type { ReactNode } from "react";
import { ModelStatus } from "@/components/model-facts/availability";
import { capabilityLabel } from "@/components/models/model-labels";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Status } from "@/components/ui/text/status";
import { fieldLabels, formatCount, formatDuration, formatProviderName } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { describeTest } from "./test-outcome";

/** A section of the sheet with its heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1.5 font-semibold">{title}</h3>
      {children}
    </section>
  );
}

/** The model's attributes other than prices and agents. */
export function ModelFacts({ model }: { model: ModelRecord }) {
  const tokens = (count: number | null) => (count === null ? null : `${formatCount(count)} tokens`);
  return (
    <dl className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-3 gap-y-1.25">
      <Fact name="Provider">
        {formatProviderName(model.provider_id)}
        {model.provider !== model.provider_id && (
          <span className="text-ink-3">
            {" "}
            stored as <span className="font-mono text-sm">{model.provider}</span>
          </span>
        )}
      </Fact>
      <Fact name="Status">
        <ModelStatus model={model} />
        {model.is_default && (
          <span className="text-ink-2"> · default of {formatProviderName(model.provider_id)}</span>
        )}
      </Fact>
      {model.availability.because && <Fact name="Because">{model.availability.because}</Fact>}
      <Fact name={fieldLabels.model.max_tokens}>{tokens(model.max_tokens)}</Fact>
      <Fact name={fieldLabels.model.max_output_tokens}>{tokens(model.max_output_tokens)}</Fact>
      <Fact name={fieldLabels.model.supports_tools}>{capabilityLabel(model.supports_tools)}</Fact>
      <Fact name={fieldLabels.model.supports_vision}>{capabilityLabel(model.supports_vision)}</Fact>
      <Fact name="Runtime">
        <RuntimeFact model={model} />
      </Fact>
      <Fact name="Last test">
        <LastTestFact model={model} />
      </Fact>
      <Fact name="Added">{model.created_at && <RelativeTime at={model.created_at} />}</Fact>
      <Fact name="Changed">{model.updated_at && <RelativeTime at={model.updated_at} />}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  const isKnown = children !== null && children !== "not known";
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className={isKnown ? "wrap-anywhere" : "text-ink-3"}>{children ?? "not known"}</dd>
    </>
  );
}

/** Whether the agents' runtime can call the model. */
function RuntimeFact({ model }: { model: ModelRecord }) {
  const { runtime_callable, runtime_callable_because } = model;
  if (runtime_callable === null) {
    return <span className="text-ink-3">not known: its request was never tested</span>;
  }
  return (
    <>
      <Status tone={runtime_callable ? "good" : "bad"}>
        {runtime_callable ? "Can call it" : "Can't call it"}
      </Status>
      <span className="block text-ink-2">{runtime_callable_because}</span>
    </>
  );
}

function LastTestFact({ model: { last_test: test } }: { model: ModelRecord }) {
  if (!test) return <span className="text-ink-3">never</span>;
  const { label, tone } = describeTest(test);
  const latency = test.latency_ms !== null && formatDuration(test.latency_ms, { decimals: 1 });
  return (
    <>
      <Status tone={tone}>{latency ? `${label}, ${latency}` : label}</Status>
      <span className="text-ink-3">
        {" · "}
        <RelativeTime at={test.at} /> by {test.by}
        {test.simulated && " · simulated"}
      </span>
    </>
  );
}
