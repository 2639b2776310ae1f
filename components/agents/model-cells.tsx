import { Select } from "@/components/ui/select";
import { Tooltip } from "@/components/ui/tooltip";
import type { AgentRecord } from "@/lib/agents/schema";
import type { ModelRecord } from "@/lib/models/schema";
import type { AgentRow } from "./agent-rows";
import {
  modelFixedBecause,
  type ProviderChoice,
  providerFixedBecause,
  providerName,
} from "./model-choice";
import { modelOptions, providerOptions, storedOption, storedValue } from "./model-options";

export type SwitchModel = (agent: AgentRecord, model: ModelRecord) => void;

type CellProps = { row: AgentRow; choices: readonly ProviderChoice[]; onSwitch: SwitchModel };

/** Choosing a provider puts the agent on that provider's default model. */
export function ProviderCell({ row, choices, onSwitch }: CellProps) {
  const { agent, providerId } = row;
  const reason = providerFixedBecause(agent);
  function choose(id: string) {
    const first = choices.find((choice) => choice.id === id)?.models[0];
    if (first) onSwitch(agent, first);
  }
  return (
    <>
      <Select
        quiet
        size="sm"
        className="-ml-2"
        aria-label={`Provider of ${row.id}`}
        disabled={reason !== null}
        value={providerId}
        placeholder="not set"
        onChange={(event) => choose(event.target.value)}
        options={providerOptions(choices, providerId)}
      />
      {reason && <Reason text={reason} />}
    </>
  );
}

export function ModelCell({ row, choices, onSwitch }: CellProps) {
  const { agent, model, providerId } = row;
  const choice = choices.find(({ id }) => id === providerId);
  const offered = choice?.models.some(({ pk }) => pk === model?.pk) ?? false;
  const options = modelOptions(choice);
  function choose(pk: string) {
    const chosen = choice?.models.find((entry) => entry.pk === pk);
    if (chosen) onSwitch(agent, chosen);
  }
  return (
    <>
      <Select
        quiet
        size="sm"
        className="-ml-2"
        aria-label={`Model of ${row.id}`}
        disabled={modelFixedBecause(agent) !== null}
        value={offered && model ? model.pk : storedValue}
        onChange={(event) => choose(event.target.value)}
        options={offered ? options : [storedOption(agent, model), ...options]}
      />
      {agent.llm_model !== null && <ModelIdLine agent={agent} />}
    </>
  );
}

function Reason({ text }: { text: string }) {
  return (
    <Tooltip text={text} className="max-w-full">
      <span className="block truncate text-xs text-ink-3">{text}</span>
    </Tooltip>
  );
}

/** What a viewer sees in place of the dropdowns. */
export function ProviderText({ row }: { row: AgentRow }) {
  const { agent, providerId } = row;
  if (providerId === "") return <span className="text-ink-3">not set</span>;
  const reason = providerFixedBecause(agent);
  return (
    <>
      <span className="block truncate">{providerName(providerId)}</span>
      {reason && <Reason text={reason} />}
    </>
  );
}

export function ModelText({ row: { agent, model } }: { row: AgentRow }) {
  return (
    <>
      <span className="block truncate">{model?.display_name ?? ""}</span>
      <ModelIdLine agent={agent} />
    </>
  );
}

function ModelIdLine({ agent: { llm_model } }: { agent: AgentRecord }) {
  if (llm_model === null) return <span className="block text-ink-3">not set</span>;
  return (
    <span title={llm_model} className="block truncate font-mono text-xs text-ink-3">
      {llm_model}
    </span>
  );
}
