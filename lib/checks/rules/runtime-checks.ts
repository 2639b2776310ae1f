import { agentRequestOf } from "@/lib/agents/rules/agent-request";
import { sentTools, survivesCall } from "@/lib/agents/rules/agent-run";
import { agentEntityId } from "@/lib/agents/rules/entity";
import { asCaught } from "@/lib/agents/rules/preflight";
import { formatProviderName } from "@/lib/format";
import { runtimeCallable, runtimeFindings } from "@/lib/models/rules/runtime-callable";
import { pages } from "@/lib/paths";
import { linkLabel } from "./link-labels";
import { type Check, openModelAction } from "./snapshot";

/** Agents are offered a provider's default first, so the runtime must be able to call it. */
export const defaultNotCallable: Check = ({ models }) =>
  models.flatMap((model) => {
    if (!model.is_default) return [];
    const { runtime_callable, runtime_callable_because } = runtimeCallable(model);
    if (runtime_callable !== false) return [];
    const isTested = model.runtime_evidence.length > 0;
    return [
      {
        code: isTested ? "runtime_request_refused" : "runtime_parameter_refused",
        severity: "warning",
        subject: { kind: "model", id: model.pk },
        title: `The default of ${formatProviderName(model.provider_id)} can't be called by the runtime`,
        evidence: `${model.display_name} is the default. ${runtime_callable_because ?? ""}`.trim(),
        fix: "Make a model the default that answers the runtime's request.",
        action: openModelAction(model, "Choose another default"),
      },
    ];
  });

/** What tests and documents show about the request that each agent's caller sends to its model. */
export const agentRequestRefused: Check = ({ agents, models, runs }) => {
  const byPk = new Map(models.map((model) => [model.pk, model]));
  return agents.flatMap((agent) => {
    const model = agent.resolves_to ? byPk.get(agent.resolves_to) : undefined;
    const run = runs.get(agentEntityId(agent));
    // If the run ends before it calls a model, another check reports that.
    if (!model || (run?.source === "definition" && sentTools(run) === null)) return [];
    const request = agentRequestOf(agent, run);
    if (!request) return [];
    const { blocking, warnings } = runtimeFindings(model, request);
    const subject = { kind: "agent", id: agentEntityId(agent) } as const;
    const refusals = run && survivesCall(run) ? blocking.map(asCaught) : blocking;
    return [...refusals, ...warnings].map((finding) => ({
      ...finding,
      subject,
      title: `${agent.agent_name}: ${finding.title}`,
      action: {
        label: linkLabel(finding.code, "See the agent"),
        href: pages.agent(agent.agent_name, agent.version),
      },
    }));
  });
};
