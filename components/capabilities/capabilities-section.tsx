"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useRef } from "react";
import { providerQueries } from "@/components/keys/queries";
import { useSaveModel } from "@/components/models/edit/use-model-writes";
import { modelQueries } from "@/components/models/queries";
import { Button } from "@/components/ui/form/button";
import { showToast } from "@/components/ui/overlay/toast";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Status } from "@/components/ui/text/status";
import { apiFetch } from "@/lib/api/client";
import { findContradictions } from "@/lib/capabilities/rules/contradictions";
import {
  type CapabilityName,
  type CapabilityProof,
  capabilityNames,
} from "@/lib/capabilities/schema";
import { describeCallPrices } from "@/lib/costs/rules/call-price-labels";
import { formatCount, formatMoney, pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import type { ProbeResult } from "@/lib/probes/schema";
import { providerIdOf } from "@/lib/providers/schema";
import { capabilityLabels, formatClaim, verdictLabels } from "./capability-labels";
import { describeSpending, probeSpending } from "./spending";

type Props = { model: ModelRecord; canWrite: boolean };

/** A model's probe results, and for admins a button that probes it. */
export function CapabilitiesSection({ model, canWrite }: Props) {
  const probe = useProbe(model);
  const known = model.capabilities_proved;
  if (!canWrite && !known) return <p className="text-ink-3">Nobody has probed it yet.</p>;
  return (
    <div className="flex flex-col gap-2.5">
      <dl className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-3 gap-y-1.5 max-sm:grid-cols-[5.5rem_minmax(0,1fr)]">
        {capabilityNames.map((name) => (
          <Capability
            key={name}
            name={name}
            proof={known?.[name] ?? null}
            isAsking={probe.isRunning}
            provider={model.provider}
          />
        ))}
      </dl>
      <CorrectRow model={model} canWrite={canWrite} />
      {canWrite && <ProbeControls model={model} probe={probe} />}
    </div>
  );
}

type CapabilityProps = {
  name: CapabilityName;
  proof: CapabilityProof | null;
  isAsking: boolean;
  provider: string;
};

function Capability({ name, proof, isAsking, provider }: CapabilityProps) {
  return (
    <>
      <dt className="text-ink-3">{capabilityLabels[name]}</dt>
      <dd className="min-w-0 wrap-anywhere">
        {isAsking && <Status tone="off">Asking</Status>}
        {!isAsking && !proof && <span className="text-ink-3">never probed</span>}
        {!isAsking && proof && <Proof proof={proof} provider={provider} />}
      </dd>
    </>
  );
}

/** Describes an inconclusive probe, which doesn't replace the earlier verdict. */
function describeUnsettled({ results, capabilities_proved: known }: ProbeResult): string[] {
  const reasons = new Map<string, string[]>();
  for (const name of capabilityNames) {
    const latest = results[name];
    if (latest?.verdict !== "not_known" || known[name]?.verdict === "not_known") continue;
    const reason = [latest.detail, latest.fix].filter(Boolean).join(" ");
    reasons.set(reason, [...(reasons.get(reason) ?? []), capabilityLabels[name]]);
  }
  return [...reasons].map(
    ([reason, names]) => `${names.join(", ")}: the older verdict stays. ${reason}`,
  );
}

const keyFailures = new Set<CapabilityProof["code"]>(["bad_key", "key_missing", "key_expired"]);

function Proof({ proof, provider }: { proof: CapabilityProof; provider: string }) {
  const { label, tone } = verdictLabels[proof.verdict];
  const id = providerIdOf(provider);
  return (
    <>
      <Status tone={tone}>{label}</Status>
      <span className="text-ink-3">
        {" · "}
        <RelativeTime at={proof.at} /> by {proof.by}
        {proof.simulated && " · simulated"}
      </span>
      <p className="text-sm text-ink-2">
        {proof.detail} {proof.fix}{" "}
        {id && keyFailures.has(proof.code) && (
          <Link href={pages.apiKeys(id)} className="text-accent underline">
            API keys
          </Link>
        )}
      </p>
    </>
  );
}

type ControlsProps = { model: ModelRecord; probe: ReturnType<typeof useProbe> };

function ProbeControls({ model, probe }: ControlsProps) {
  const { isRunning, isStopped, result, error } = probe;
  const spending = describeSpending([model], probeSpending(capabilityNames));
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
        {/* One button with a changing label, so that it keeps the focus. */}
        <Button
          size="sm"
          onClick={isRunning ? probe.stop : probe.start}
          className="min-w-28 shrink-0"
        >
          {isRunning ? "Stop" : "Probe capabilities"}
        </Button>
        <p className="min-w-0 flex-1 basis-52 text-sm text-ink-3">
          Three short questions with the stored key: {spending}. Mostly a few dozen tokens come
          back.
        </p>
      </div>
      <p role="status" className="text-sm text-ink-2 empty:hidden">
        {isRunning && "Asking the model"}
        {!isRunning && isStopped && "Stopped. What it had answered before is kept."}
        {!isRunning && result && describeUsage(result)}
      </p>
      {!isRunning &&
        result &&
        describeUnsettled(result).map((text) => (
          <Note key={text} tone="warn">
            {text}
          </Note>
        ))}
      {result && !result.kept && (
        <Note tone="warn" title="Not kept.">
          The result could not be written to ModelManagement: this page alone shows it.
        </Note>
      )}
      {!isRunning && error && !isStopped && (
        <Note tone="bad" live title={`${describeError(error).title}.`}>
          {describeError(error).detail}
        </Note>
      )}
    </>
  );
}

function describeUsage(result: ProbeResult): string {
  const { input_tokens, output_tokens } = result.usage;
  if (input_tokens === null || output_tokens === null) {
    return "Asked. The provider did not report the tokens.";
  }
  if (output_tokens === 0) return "Asked. No tokens came back.";
  const tokens = `${formatCount(input_tokens)} tokens in, ${formatCount(output_tokens)} out`;
  if (result.cost_usd === null) return `Asked: ${tokens}; not priced.`;
  const cost = [
    formatMoney(result.cost_usd, { significantDigits: 3 }),
    ...describeCallPrices(result),
  ];
  return `Asked: ${tokens}, ${cost.join("; ")}.`;
}

/** Runs one probe at a time; `stop` also ends it on the server. */
function useProbe({ provider, model_id }: ModelRecord) {
  const client = useQueryClient();
  const running = useRef<AbortController>(null);
  const probe = useMutation({
    mutationFn: () => {
      running.current = new AbortController();
      const { signal } = running.current;
      const params = { provider, modelId: model_id };
      return apiFetch("probeModel", { params, body: {}, signal });
    },
    // A probe can change the key's status.
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: modelQueries.all }),
        client.invalidateQueries({ queryKey: providerQueries.all }),
      ]),
  });
  return {
    start: () => probe.mutate(),
    stop: () => running.current?.abort(),
    isRunning: probe.isPending,
    result: probe.data,
    // Thrown by an aborted fetch.
    isStopped: probe.error instanceof DOMException && probe.error.name === "AbortError",
    error: probe.error,
  };
}

type CorrectRowProps = { model: ModelRecord; canWrite: boolean };

/** Contradictions between row and probes, with a button that corrects the row. */
function CorrectRow({ model, canWrite }: CorrectRowProps) {
  const save = useSaveModel();
  const wrong = findContradictions(model, model.capabilities_proved);
  if (wrong.length === 0) return null;
  const changes = Object.fromEntries(wrong.map(({ attribute, observed }) => [attribute, observed]));
  const agents = model.used_by.length;
  const losesTools = wrong.some(({ name, observed }) => name === "tools" && !observed);

  function correct() {
    save.mutate(
      { base: model, changes },
      {
        onSuccess: () =>
          showToast({ tone: "good", title: `The row of ${model.display_name} is corrected` }),
      },
    );
  }

  return (
    <>
      <Note
        tone="warn"
        title={`The row ${wrong.map(({ name, stated }) => formatClaim(name, stated)).join(", and ")}.`}
        action={
          canWrite && (
            <Button size="sm" onClick={correct} busy={save.isPending}>
              Correct the row
            </Button>
          )
        }
      >
        The probe showed otherwise.
        {losesTools &&
          agents > 0 &&
          ` ${pluralize(agents, "agent uses", "agents use")} this model: those with tools fail.`}
      </Note>
      {save.error && (
        <Note tone="bad" live title="Not corrected.">
          {describeError(save.error).detail}
        </Note>
      )}
    </>
  );
}
