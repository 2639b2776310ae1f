"use client";

import { useQueryClient } from "@tanstack/react-query";
import { agentQueries } from "@/components/agents/queries";
import { modelQueries } from "@/components/models/queries";
import { Button } from "@/components/ui/form/button";
import { useAttempt } from "@/components/ui/form/use-attempt";
import { Note } from "@/components/ui/text/note";
import { StatusMark } from "@/components/ui/text/status";
import type { AgentRecord, Preflight, PreflightTarget } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";
import { formatMoney } from "@/lib/format";
import { describeRuntimeTest } from "@/lib/models/rules/runtime-tests";

const prompt = "Answer with one word: ready.";

type Props = {
  agent: AgentRecord;
  target: PreflightTarget;
  test: Preflight["runtime_test"];
  cost: Preflight["runtime_test_cost"];
  canWrite: boolean;
};

/** When the runtime's request was last sent to the model, with a button that sends it now. */
export function RuntimeRequest({ agent, target, test, cost, canWrite }: Props) {
  const client = useQueryClient();
  const { attempt, isPending, refusal } = useAttempt();
  const { agent_name, version } = agent;

  const send = () =>
    attempt(async () => {
      const { provider, model_id } = target;
      const as_agent = { agent_name, version };
      await apiFetch("createCompletion", { body: { as_agent, provider, model_id, prompt } });
      // The answer is evidence, which may block the switch or clear it.
      await Promise.all([
        client.invalidateQueries({ queryKey: agentQueries.all }),
        client.invalidateQueries({ queryKey: modelQueries.all }),
      ]);
    });

  return (
    <section aria-label="The runtime's request" className="mt-3 border-t border-line pt-2.5">
      <div role="status">
        {test ? (
          <p className="flex gap-2 text-ink-2">
            <span className="flex h-5 shrink-0 items-center">
              <StatusMark
                tone={test.outcome === "answered" ? "good" : "bad"}
                label={test.outcome}
              />
            </span>
            <span className="min-w-0 wrap-anywhere">{describeRuntimeTest(test)}</span>
          </p>
        ) : (
          <p className="text-ink-3">The runtime's request was never sent to this model.</p>
        )}
      </div>
      {canWrite && (
        <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1">
          <Button size="sm" onClick={send} busy={isPending}>
            Send the runtime's request to this model
          </Button>
          {cost && <span className="text-sm text-ink-3">{describeCost(cost)}</span>}
        </div>
      )}
      {refusal && (
        <Note tone="bad" title="It was not sent." live className="mt-2">
          {refusal.text}
        </Note>
      )}
    </section>
  );
}

function describeCost({ calls, max_usd }: NonNullable<Props["cost"]>): string {
  const sent = calls === 1 ? "One call" : "Two calls, because the agent has tools";
  if (max_usd === null) return `${sent}. The cost isn't known beforehand.`;
  return `${sent}. Costs at most ${formatMoney(max_usd)}.`;
}
