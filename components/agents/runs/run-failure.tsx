import { useQuery } from "@tanstack/react-query";
import { checkQueries } from "@/components/checks/queries";
import { FindingAction } from "@/components/operations/finding-action";
import { useFix } from "@/components/operations/use-fix";
import { describeError } from "@/components/ui/text/describe-error";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentRecord } from "@/lib/agents/schema";
import { findingsOfFailure } from "@/lib/findings/rules/run-errors";
import type { Finding, FixAction } from "@/lib/findings/schema";
import { modelPk } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { providerIdOf } from "@/lib/providers/schema";
import type { Run } from "@/lib/runs/schema";

/** Refetch interval, because findings may appear after the failure that they explain. */
const findingsStaleMs = 10_000;

export type FailureProps = { agent: AgentRecord; run: Run; canWrite: boolean };

/** Why a run failed, what to do, and the fix of a finding that explains it. */
export function RunFailure({ agent, run, canWrite }: FailureProps) {
  const { explained } = run;
  if (!explained) return null;
  return (
    <span className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
      <span className="min-w-0 wrap-anywhere">
        <span className="font-medium text-ink">{explained.title}.</span> {explained.fix}
      </span>
      <FailureFix agent={agent} run={run} canWrite={canWrite} />
    </span>
  );
}

type FixOfProps = FailureProps & {
  /** On the Overview, the link to the agent's own page is left out. */
  isOnOverview?: boolean;
};

/** The fix button of the first finding that explains the failure; nothing without one. */
export function FailureFix({ agent, run, canWrite, isOnOverview = false }: FixOfProps) {
  const report = useQuery({
    ...checkQueries.report(),
    staleTime: findingsStaleMs,
    refetchInterval: findingsStaleMs,
  });
  const code = run.explained?.code;
  const [finding] = code
    ? findingsOfFailure(code, report.data?.findings ?? [], subjectsOf(agent, run))
    : [];
  const action = finding?.action;
  if (!action) return null;
  const isOwnPage =
    "href" in action && action.href === pages.agent(agent.agent_name, agent.version);
  if (isOwnPage && isOnOverview) return null;
  return (
    <Fix
      finding={finding}
      action={isOwnPage ? { ...action, label: "Open the overview" } : action}
      canWrite={canWrite}
    />
  );
}

type FixProps = { finding: Finding; action: FixAction; canWrite: boolean };

function Fix({ finding, action, canWrite }: FixProps) {
  const repair = useFix(finding);
  return (
    <>
      <FindingAction action={action} canWrite={canWrite} repair={repair} />
      {repair.error && (
        <span role="alert" className="basis-full text-bad">
          This was refused. {describeError(repair.error).detail}
        </span>
      )}
    </>
  );
}

/** The agent, models and keys that the run and the agent's row refer to, as `kind id`. */
function subjectsOf(agent: AgentRecord, { provider, model_id }: Run): ReadonlySet<string> {
  const { llm_provider, llm_model, resolves_to } = agent;
  const models = [
    provider && model_id && modelPk({ provider, model_id }),
    llm_provider && llm_model && modelPk({ provider: llm_provider, model_id: llm_model }),
    resolves_to,
  ];
  const providers = [provider && providerIdOf(provider), agent.provider_id];
  return new Set([
    `agent ${agentEntityId(agent)}`,
    ...models.flatMap((pk) => (pk ? [`model ${pk}`] : [])),
    ...providers.flatMap((id) => (id ? [`key ${id}`, `provider ${id}`] : [])),
  ]);
}
