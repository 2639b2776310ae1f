"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { CallPrices } from "@/components/prices/call-cost";
import { Button } from "@/components/ui/form/button";
import { Dialog } from "@/components/ui/overlay/dialog";
import { ProgressBar } from "@/components/ui/progress-bar";
import { VirtualList } from "@/components/ui/table/virtual-list";
import { Status, StatusMark } from "@/components/ui/text/status";
import { formatDuration, formatMoney, formatProviderName, pluralize } from "@/lib/format";
import { pages } from "@/lib/paths";
import { providerDetails } from "@/lib/providers/rules/details";
import { providerInfo } from "@/lib/providers/schema";
import { startBulk, stopBulk } from "./bulk-engine";
import { type BulkItem, type BulkRun, setBulkRun } from "./bulk-store";
import {
  countsOf,
  describeProbes,
  describeProgress,
  type FailureGroup,
  failureGroups,
  outcomeLabels,
  outcomeTones,
  retryableItems,
} from "./bulk-summary";

type Props = { run: BulkRun; onClose: () => void };

const states = {
  running: { tone: "off", label: "Testing" },
  done: { tone: "good", label: "Done" },
  stopped: { tone: "warn", label: "Stopped" },
} as const;

/** Progress and results of a bulk test. */
export function BulkProgress({ run, onClose }: Props) {
  const { state } = run;
  const { tone, label } = states[state];
  const { settled, total } = countsOf(run);
  const groups = failureGroups(run);
  return (
    <Dialog
      title={`Test of ${pluralize(run.items.length, "model")}`}
      description={state === "running" ? "It goes on when this is closed." : undefined}
      onClose={onClose}
      footer={<Actions run={run} onClose={onClose} />}
    >
      <div className="flex flex-col gap-3">
        <div>
          <p role="status">
            <Status tone={state === "done" && groups.length > 0 ? "warn" : tone}>
              <span className="font-medium">{label}.</span>
            </Status>{" "}
            <span className="text-ink-2">{describeProgress(run)}.</span>
          </p>
          <ProgressBar label="Models tested" done={settled} total={total} className="mt-2" />
        </div>
        {groups.length > 0 && <Failures groups={groups} onLeave={onClose} />}
        <BulkItems items={run.items} />
        {run.items.some((item) => item.simulated) && (
          <p className="text-sm text-ink-3">
            Simulated: the local simulator answered, and nothing was charged.
          </p>
        )}
      </div>
    </Dialog>
  );
}

function Actions({ run, onClose }: Props) {
  const client = useQueryClient();
  const again = retryableItems(run);

  function close() {
    setBulkRun(null);
    onClose();
  }

  if (run.state === "running") {
    return (
      <>
        <Button onClick={stopBulk}>Stop</Button>
        <Button variant="primary" onClick={onClose}>
          Close
        </Button>
      </>
    );
  }
  return (
    <>
      {again.length > 0 && (
        <Button
          onClick={() => {
            void startBulk(
              client,
              again.map(({ model }) => model),
              run.probes,
            );
          }}
        >
          Test {again.length === 1 ? "the open one" : `the ${again.length} open ones`} again
        </Button>
      )}
      <Button variant="primary" onClick={close}>
        Done
      </Button>
    </>
  );
}

type FailuresProps = { groups: readonly FailureGroup[]; onLeave: () => void };

/** Failures by kind, each with its fix. */
function Failures({ groups, onLeave }: FailuresProps) {
  return (
    <ul aria-label="What failed" className="flex flex-col gap-2">
      {groups.map((group) => (
        <li
          key={group.key}
          className="flex items-baseline gap-2 rounded-md bg-bad-wash px-2.5 py-2 text-sm"
        >
          <StatusMark tone="bad" />
          <div className="min-w-0 wrap-anywhere">
            <p className="font-medium text-bad">
              {group.provider ? formatProviderName(group.provider) : "Unknown provider"}:{" "}
              {pluralize(group.items.length, "model")} with{" "}
              <span className="font-mono">{group.code}</span>
            </p>
            {group.fix && <p className="text-ink">{group.fix}</p>}
            <FixLink group={group} onLeave={onLeave} />
          </div>
        </li>
      ))}
    </ul>
  );
}

const keyFailures = new Set<FailureGroup["code"]>(["bad_key", "key_missing", "key_expired"]);

type FixProps = { group: FailureGroup; onLeave: () => void };

function FixLink({ group: { provider, code, items }, onLeave }: FixProps) {
  if (!provider) return null;
  const link = "text-ink underline underline-offset-2";
  if (keyFailures.has(code)) {
    return (
      <Link href={pages.apiKeys(provider)} onClick={onLeave} className={link}>
        Update API Key
      </Link>
    );
  }
  const help = items.find(({ failure }) => failure?.help)?.failure?.help;
  if (!help) return null;
  const { name } = providerInfo(provider);
  return (
    <a
      href={providerDetails[provider].links[help]}
      target="_blank"
      rel="noreferrer"
      className={link}
    >
      {name}'s page for {help}
    </a>
  );
}

/** The status of each model, in order. */
function BulkItems({ items }: { items: readonly BulkItem[] }) {
  return (
    <VirtualList
      label="Models of the test"
      items={items}
      keyOf={({ model }) => model.pk}
      lineHeight={45}
    >
      {(item) => <ItemLine item={item} />}
    </VirtualList>
  );
}

function ItemLine({ item }: { item: BulkItem }) {
  const { model, outcome, failure, refusal } = item;
  const probes = describeProbes(item);
  return (
    <div className="flex items-baseline gap-2 text-sm">
      <StatusMark tone={outcomeTones[outcome]} />
      <span className="min-w-0 flex-1 wrap-anywhere">
        <span className="font-medium">{model.display_name}</span>
        <span className="block font-mono text-ink-3">{model.model_id}</span>
        {failure && <span className="block text-ink-2">{failure.cause}</span>}
        {refusal && <span className="block text-ink-2">{refusal}</span>}
        {probes && <span className="block text-ink-2">{probes}.</span>}
      </span>
      <span className="shrink-0 text-right whitespace-nowrap text-ink-2">
        {outcomeLabels[outcome]}
        {item.latency_ms !== null && (
          <span className="block tabular-nums text-ink-3">
            {formatDuration(item.latency_ms)} ·{" "}
            {formatMoney(item.cost_usd, { significantDigits: 3 })}
          </span>
        )}
        {item.cost_usd !== null && <CallPrices of={item.prices} />}
      </span>
    </div>
  );
}
