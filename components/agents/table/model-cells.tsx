import { createContext, type KeyboardEvent, use } from "react";
import {
  modelLockedReason,
  type ProviderChoice,
  providerLockedReason,
} from "@/components/agents/switch/model-choice";
import {
  modelOptions,
  providerOptions,
  storedOption,
  storedValue,
} from "@/components/agents/switch/model-options";
import { ProviderIcon } from "@/components/providers/provider-icon";
import { Select } from "@/components/ui/form/select";
import { Tooltip } from "@/components/ui/overlay/tooltip";
import type { AgentRecord } from "@/lib/agents/schema";
import { formatProviderName } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";
import type { AgentRow } from "./agent-rows";

type SwitchModel = (agent: AgentRecord, model: ModelRecord) => void;

type Switching = {
  choices: readonly ProviderChoice[];
  /** Absent for viewers. */
  onSwitch?: SwitchModel;
};

/**
 * Passed by context: new column definitions would remount every cell, and dropdowns would lose
 * focus.
 */
export const SwitchContext = createContext<Switching>({ choices: [] });

export function ProviderCell({ row }: { row: AgentRow }) {
  const { choices, onSwitch } = use(SwitchContext);
  if (!onSwitch) return <ProviderText row={row} />;
  return <ProviderSelect row={row} choices={choices} onSwitch={onSwitch} />;
}

export function ModelCell({ row }: { row: AgentRow }) {
  const { choices, onSwitch } = use(SwitchContext);
  if (!onSwitch) return <ModelText row={row} />;
  return <ModelSelect row={row} choices={choices} onSwitch={onSwitch} />;
}

type SelectProps = { row: AgentRow; choices: readonly ProviderChoice[]; onSwitch: SwitchModel };

/** Choosing a provider switches the agent to that provider's default model. */
function ProviderSelect({ row, choices, onSwitch }: SelectProps) {
  const { agent, providerId } = row;
  const reason = providerLockedReason(agent);
  function choose(id: string) {
    const first = choices.find((choice) => choice.id === id)?.models[0];
    if (first) onSwitch(agent, first);
  }
  return (
    <>
      <span className="flex items-center">
        <ProviderIcon provider={providerId} />
        <Select
          quiet
          size="sm"
          className="min-w-0 flex-1"
          aria-label={`Provider of ${row.id}`}
          disabled={reason !== null}
          value={providerId}
          placeholder="not set"
          onKeyDown={openSelectOnArrow}
          onChange={(event) => choose(event.target.value)}
          options={providerOptions(choices, providerId)}
        />
      </span>
      {reason && <Reason text={reason} />}
    </>
  );
}

function ModelSelect({ row, choices, onSwitch }: SelectProps) {
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
        disabled={modelLockedReason(agent) !== null}
        value={offered && model ? model.pk : storedValue}
        onKeyDown={openSelectOnArrow}
        onChange={(event) => choose(event.target.value)}
        // The flags beside it explain a problem with the stored value.
        options={
          offered ? options : [{ ...storedOption(agent, model), disabledReason: "" }, ...options]
        }
      />
      {agent.llm_model !== null && (
        <span className="max-sm:hidden">
          <ModelIdLine agent={agent} />
        </span>
      )}
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
function ProviderText({ row }: { row: AgentRow }) {
  const { agent, providerId } = row;
  if (providerId === "") return <span className="text-ink-3">not set</span>;
  const reason = providerLockedReason(agent);
  return (
    <>
      <span className="flex items-center gap-1.5">
        <ProviderIcon provider={providerId} />
        <span className="truncate">{formatProviderName(providerId)}</span>
      </span>
      {reason && <Reason text={reason} />}
    </>
  );
}

function ModelText({ row: { agent, model } }: { row: AgentRow }) {
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

const stepping = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];
const jumping = ["Home", "End", "PageUp", "PageDown"];

/**
 * On Windows and Linux these keys change a closed select immediately, which would save. They open
 * the list instead.
 */
function openSelectOnArrow(event: KeyboardEvent<HTMLSelectElement>): void {
  const { key, ctrlKey, metaKey, altKey, currentTarget: select } = event;
  if (ctrlKey || metaKey || altKey || !("showPicker" in select)) return;
  const isLetter = key.length === 1 && key !== " ";
  if (!isLetter && !stepping.includes(key) && !jumping.includes(key)) return;
  event.preventDefault();
  select.showPicker();
}
