"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useMemo, useState } from "react";
import { agentQueries } from "@/components/agents/queries";
import { modelQueries } from "@/components/models/queries";
import { Button } from "@/components/ui/form/button";
import { Field, type FieldControl } from "@/components/ui/form/field";
import { Select } from "@/components/ui/form/select";
import { TextInput } from "@/components/ui/form/text-input";
import { activityActions, entityKinds } from "@/lib/activity/rules/actions";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentList } from "@/lib/agents/schema";
import type { ModelList } from "@/lib/models/schema";
import { providerIds } from "@/lib/providers/schema";
import type { ActivityState, SetActivityState } from "./activity-state";
import { actionLabels } from "./event-labels";
import { entityName } from "./queries";

const kindOptions = [
  { value: "", label: "All kinds" },
  { value: "model", label: "Models" },
  { value: "agent", label: "Agents" },
  { value: "key", label: "Keys" },
  { value: "check", label: "Checks" },
  { value: "budget", label: "Budgets" },
  { value: "catalog", label: "Price catalog" },
  { value: "token", label: "API tokens" },
  { value: "access", label: "Refusals" },
  { value: "sign_in", label: "Sign-ins" },
];

export type ActivityFiltersProps = {
  state: ActivityState;
  setState: SetActivityState;
  /** The actors of the loaded events. */
  actors: readonly string[];
  isNarrowed: boolean;
};

/** Filters by person, entity, kind, action and day; all of them are in the URL. */
export function ActivityFilters({ state, setState, actors, isNarrowed }: ActivityFiltersProps) {
  const actions = activityActions.filter((action) => !state.kind || action.startsWith(state.kind));
  const actionOptions = [
    { value: "", label: "All changes" },
    ...actions.map((action) => ({ value: action, label: actionLabels[action] })),
  ];
  return (
    <search aria-label="Filter the activity" className="mb-3 flex flex-wrap items-end gap-2">
      <Field label="Person" className="w-36 max-sm:w-full">
        {(control) => (
          <DebouncedInput
            {...control}
            value={state.actor ?? ""}
            options={actors}
            placeholder="Everyone"
            onSettle={(actor) => setState({ actor: actor || null })}
          />
        )}
      </Field>
      <ThingFilter state={state} setState={setState} />
      <Field label="Kind" className="w-28 max-sm:w-[calc(50%-4px)]">
        {(control) => (
          <Select
            {...control}
            value={state.kind ?? ""}
            options={kindOptions}
            onChange={({ target }) => {
              const kind = entityKinds.find((entityKind) => entityKind === target.value) ?? null;
              const isMatching = !kind || !state.action || state.action.startsWith(kind);
              setState({ kind, ...(!isMatching && { action: null }) });
            }}
          />
        )}
      </Field>
      <Field label="Change" className="w-48 max-sm:w-[calc(50%-4px)]">
        {(control) => (
          <Select
            {...control}
            value={state.action ?? ""}
            options={actionOptions}
            onChange={({ target }) =>
              setState({ action: actions.find((action) => action === target.value) ?? null })
            }
          />
        )}
      </Field>
      <Field label="Day, UTC" className="w-36 max-sm:w-full">
        {(control) => (
          <TextInput
            {...control}
            type="date"
            value={state.day ?? ""}
            onChange={({ target }) => setState({ day: target.value || null })}
          />
        )}
      </Field>
      {isNarrowed && (
        <Button variant="ghost" onClick={() => setState(null)}>
          Clear filters
        </Button>
      )}
    </search>
  );
}

function ThingFilter({ state, setState }: Pick<ActivityFiltersProps, "state" | "setState">) {
  const [isNear, setNear] = useState(false);
  /** The text typed so far, applied once it names an entity. */
  const [draft, setDraft] = useState<string | null>(null);
  const [isUnknown, setUnknown] = useState(false);
  const { names, load } = useEntityNames(isNear);

  async function settle(typed: string) {
    setDraft(typed);
    const entity = typed === "" ? null : parseEntity(typed, await load());
    const isNamed = typed === "" || entity !== null;
    setUnknown(!isNamed);
    if (!isNamed) return;
    setDraft(null);
    void setState({ entity });
  }

  return (
    <Field
      label="Thing"
      className="w-64 max-sm:w-full"
      error={
        isUnknown
          ? `“${draft}” names no single thing. Choose one, or write its kind in front: model:${draft}`
          : undefined
      }
    >
      {(control) => (
        <DebouncedInput
          {...control}
          value={draft ?? state.entity ?? ""}
          options={names}
          placeholder="Model, agent or key"
          onSettle={settle}
          onFocus={() => setNear(true)}
        />
      )}
    </Field>
  );
}

/**
 * The names of all registered entities.
 * @param isEnabled false until the field has focus
 */
function useEntityNames(isEnabled: boolean) {
  const client = useQueryClient();
  const models = useQuery({ ...modelQueries.list(), enabled: isEnabled });
  const agents = useQuery({ ...agentQueries.list(), enabled: isEnabled });
  const names = useMemo(() => namesOf(models.data, agents.data), [models.data, agents.data]);
  /** Resolves once the lists are loaded, because a person may type faster. */
  async function load(): Promise<readonly string[]> {
    const [knownModels, knownAgents] = await Promise.all([
      client.ensureQueryData(modelQueries.list()).catch(() => undefined),
      client.ensureQueryData(agentQueries.list()).catch(() => undefined),
    ]);
    return namesOf(knownModels, knownAgents);
  }
  return { names, load };
}

function namesOf(models: ModelList | undefined, agents: AgentList | undefined): readonly string[] {
  return [
    ...(models?.models ?? []).map(({ pk }) => entityName({ kind: "model", id: pk })),
    ...(agents?.agents ?? []).map((agent) =>
      entityName({ kind: "agent", id: agentEntityId(agent) }),
    ),
    ...providerIds.map((id) => entityName({ kind: "key", id })),
  ];
}

/** The entity that the text names: itself, or the only one that ends with it. */
function parseEntity(typed: string, names: readonly string[]): string | null {
  if (entityKinds.some((kind) => typed.startsWith(`${kind}:`) && typed.length > kind.length + 1)) {
    return typed;
  }
  const id = (name: string) => name.slice(name.indexOf(":") + 1);
  const matching = names.filter(
    (name) =>
      id(name) === typed || id(name).split("#")[1] === typed || id(name).split("/")[0] === typed,
  );
  return matching.length === 1 ? (matching[0] ?? null) : null;
}

type SettledInputProps = FieldControl & {
  value: string;
  /** Suggestions. Choosing one applies it. */
  options: readonly string[];
  placeholder?: string;
  /** Called on Enter, on blur and when an option is chosen. */
  onSettle: (value: string) => void;
  onFocus?: () => void;
};

/** A text input that reports its value on Enter, on blur or when an option is chosen. */
function DebouncedInput(props: SettledInputProps) {
  const { value, options, onSettle, ...rest } = props;
  const listId = useId();
  const [typed, setTyped] = useState<string | null>(null);

  function settle(text: string) {
    setTyped(null);
    if (text.trim() !== value) onSettle(text.trim());
  }

  return (
    <>
      <TextInput
        {...rest}
        list={listId}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={typed ?? value}
        onChange={(event) => {
          const text = event.target.value;
          if (options.includes(text)) settle(text);
          else setTyped(text);
        }}
        onBlur={() => typed !== null && settle(typed)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && typed !== null) settle(typed);
          if (event.key === "Escape" && typed !== null) setTyped(null);
        }}
      />
      <datalist id={listId}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </>
  );
}
