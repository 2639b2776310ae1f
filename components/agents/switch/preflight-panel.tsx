"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { agentQueries } from "@/components/agents/queries";
import { FindingAction } from "@/components/operations/finding-action";
import { useFix } from "@/components/operations/use-fix";
import { PriceOriginText } from "@/components/prices/price-origin-text";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { RetryNote } from "@/components/ui/text/retry-note";
import { Status, StatusMark } from "@/components/ui/text/status";
import { Tag } from "@/components/ui/text/tag";
import type { TrialEvidence } from "@/lib/activity/schema";
import { formatMonthlyCost, formatPresentCost } from "@/lib/agents/rules/monthly-cost";
import type { AgentKey, AgentRecord, Preflight, PreflightTarget } from "@/lib/agents/schema";
import type { Finding, FixAction } from "@/lib/findings/schema";
import type { ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";
import { modelLockedReason, runtimePk } from "./model-choice";
import { PreflightSkeleton } from "./preflight-skeleton";
import { RuntimeRequest } from "./runtime-request";

export type PreflightPanelProps = {
  agent: AgentRecord;
  /** The unsaved choice. Without one, the row's own model is checked. */
  chosen: ModelRecord | undefined;
  /** The trial that led to the choice. */
  trialId: string | undefined;
  canWrite: boolean;
};

/** Whether the next invocation would succeed on the chosen model. */
export function PreflightPanel(props: PreflightPanelProps) {
  const { agent, chosen } = props;
  const target = chosen
    ? { provider: chosen.provider, model_id: chosen.model_id }
    : currentTarget(agent);
  if (target === null) return null;
  return (
    <section aria-label="Preflight" className="mt-3.5 border-t border-line pt-3 min-h-52">
      <Answer {...props} target={target} />
    </section>
  );
}

/** The row's own model; null if it can't be checked. */
function currentTarget(agent: AgentRecord): PreflightTarget | null {
  const { llm_provider, llm_model } = agent;
  if (!llm_provider || !llm_model || modelLockedReason(agent)) return null;
  return { provider: llm_provider, model_id: llm_model };
}

/** Refetch interval, because other programs change rows and keys too. */
const everyMs = 15_000;

/** One query per target, so that a new choice cancels the previous request. */
function Answer({
  agent,
  chosen,
  trialId,
  canWrite,
  target,
}: PreflightPanelProps & { target: PreflightTarget }) {
  const { data, error, refetch, isFetching } = useQuery({
    ...agentQueries.preflight(agent.agent_name, agent.version, {
      ...target,
      ...(trialId && { trial_id: trialId }),
    }),
    staleTime: 0,
    refetchInterval: everyMs,
  });
  if (data) {
    const priced = chosen?.pk ?? agent.resolves_to;
    return (
      <>
        <Result preflight={data} isChoice={chosen !== undefined} canWrite={canWrite} />
        {priced && <PriceNote pk={priced} />}
        {data.evidence && <Tried evidence={data.evidence} agent={agent} />}
        {agent.unified && (
          <RuntimeRequest
            agent={agent}
            target={target}
            test={data.runtime_test}
            cost={data.runtime_test_cost}
            canWrite={canWrite}
          />
        )}
        {!chosen && <OtherName agent={agent} />}
      </>
    );
  }
  if (!error) return <PreflightSkeleton />;
  return (
    <RetryNote
      tone="bad"
      title="The preflight could not be made."
      onRetry={() => refetch()}
      retrying={isFetching}
    >
      {describeError(error).detail}
    </RetryNote>
  );
}

/** The source of the price behind the cost. */
function PriceNote({ pk }: { pk: string }) {
  return (
    <p className="mt-1 text-sm text-ink-3">
      Its price: <PriceOriginText pk={pk} name="input_price" />
    </p>
  );
}

function Tried({
  evidence: { trial_id, text },
  agent,
}: {
  evidence: TrialEvidence;
  agent: AgentKey;
}) {
  return (
    <p className="mt-2 text-ink-2">
      This model was {text}.{" "}
      <Link
        href={pages.agent(agent.agent_name, agent.version, { tab: "trials", trial: trial_id })}
        prefetch={false}
        scroll={false}
        className="underline underline-offset-2"
      >
        Open the trial
      </Link>
    </p>
  );
}

/** The server checks the registered row, but a unified agent looks up the exact name. */
function OtherName({ agent }: { agent: AgentRecord }) {
  const { unified, resolves_to } = agent;
  if (!unified || resolves_to === null || resolves_to === runtimePk(agent)) return null;
  return (
    <p className="mt-1 text-sm wrap-anywhere text-ink-3">
      This is said of <span className="font-mono">{resolves_to}</span>. The agent's row has another
      name for it, which the runtime does not find: see the trace.
    </p>
  );
}

type ResultProps = { preflight: Preflight; isChoice: boolean; canWrite: boolean };

function Result({ preflight, isChoice, canWrite }: ResultProps) {
  const { ok, findings, monthly_cost_usd } = preflight;
  const tooLow = describeTooLow(monthly_cost_usd.too_low);
  const blocks = isChoice ? "blocks the switch" : "would block a switch";
  return (
    <>
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="font-medium">
          {isChoice ? "Preflight of your choice" : "Preflight of the current model"}
        </h3>
        <span role="status">
          <Status tone={ok ? (findings.length > 0 ? "warn" : "good") : "bad"}>
            {verdict(preflight)}
          </Status>
        </span>
      </div>
      {findings.length > 0 && (
        <ul className="mt-2 flex flex-col gap-2.5">
          {findings.map((finding) => (
            <PreflightFinding
              key={`${finding.code} ${finding.title}`}
              finding={finding}
              blocks={blocks}
              isChoice={isChoice}
              canWrite={canWrite}
            />
          ))}
        </ul>
      )}
      <p className="mt-2 flex flex-wrap justify-between gap-x-4 text-ink-2">
        <span>Cost a month at this agent's tokens{isChoice && ", now → then"}</span>
        <span className="tabular-nums">
          {isChoice ? formatMonthlyCost(monthly_cost_usd) : formatPresentCost(monthly_cost_usd)}
        </span>
      </p>
      {tooLow && <p className="text-sm text-ink-3">{tooLow}</p>}
      {!ok && isChoice && canWrite && (
        <p className="mt-1 text-sm text-ink-3">
          Saving it all the same asks for a reason, which is written into the agent's history.
        </p>
      )}
    </>
  );
}

/** Only errors block a switch. */
const isBlocking = ({ severity }: Finding) => severity === "error";

function verdict({ ok, findings }: Preflight): string {
  if (!ok) return "Blocked";
  if (findings.length === 0) return "No problems found";
  return findings.length === 1
    ? "Possible, 1 thing to know"
    : `Possible, ${findings.length} things to know`;
}

type FindingProps = { finding: Finding; blocks: string; isChoice: boolean; canWrite: boolean };

function PreflightFinding({ finding, blocks, isChoice, canWrite }: FindingProps) {
  const { severity, title, evidence, fix } = finding;
  const repair = useFix(finding);
  const action = actionOf(finding, isChoice);
  const tone = severity === "error" ? "bad" : severity === "warning" ? "warn" : "off";
  return (
    <li className="flex gap-2">
      <span className="flex h-5 shrink-0 items-center">
        <StatusMark tone={tone} label={severity} />
      </span>
      <div className="min-w-0 flex-1 wrap-anywhere">
        <p>
          <span className="font-medium">{title}</span>{" "}
          {isBlocking(finding) && <Tag tone="bad">{blocks}</Tag>}
        </p>
        <p className="text-ink-2">{evidence}</p>
        <p className="text-ink-2">{fix}</p>
        {action && (
          <div className="mt-1.5">
            <FindingAction action={action} canWrite={canWrite} repair={repair} />
          </div>
        )}
        {repair.error && (
          <Note tone="bad" title="This was refused." live className="mt-2">
            {describeError(repair.error).detail}
          </Note>
        )}
      </div>
    </li>
  );
}

/** The finding's action or its subject's page. An alias is fixed by saving the choice. */
function actionOf({ action, subject, code }: Finding, isChoice: boolean): FixAction | null {
  if (action && !(isChoice && code === "agent_alias_unresolved")) return action;
  if (subject.kind === "key") return { label: "Open API keys", href: pages.apiKeys(subject.id) };
  if (subject.kind !== "model") return null;
  return { label: "Open the model", href: pages.models({ model: subject.id }) };
}
