"use client";

import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { Select } from "@/components/ui/form/select";
import { TextInput } from "@/components/ui/form/text-input";
import { activityActions, entityKinds } from "@/lib/activity/rules/actions";
import type { ActivityState, SetActivityState } from "./activity-state";
import { actionWords } from "./event-words";
import { SettledInput } from "./settled-input";
import { thingNamed, useThingNames } from "./use-thing-names";

const kindOptions = [
  { value: "", label: "All kinds" },
  { value: "model", label: "Models" },
  { value: "agent", label: "Agents" },
  { value: "key", label: "Keys" },
  { value: "check", label: "Checks" },
  { value: "budget", label: "Budgets" },
  { value: "token", label: "API tokens" },
  { value: "access", label: "Refusals" },
  { value: "sign_in", label: "Sign-ins" },
];

export type ActivityFiltersProps = {
  state: ActivityState;
  setState: SetActivityState;
  /** Those who are in the list as far as it is known. */
  people: readonly string[];
  isNarrowed: boolean;
};

/** By person, thing, kind, action and day. All of it is in the address. */
export function ActivityFilters({ state, setState, people, isNarrowed }: ActivityFiltersProps) {
  const actions = activityActions.filter((action) => !state.kind || action.startsWith(state.kind));
  const actionOptions = [
    { value: "", label: "All changes" },
    ...actions.map((action) => ({ value: action, label: actionWords[action] })),
  ];
  return (
    <search aria-label="Filter the activity" className="mb-3 flex flex-wrap items-end gap-2">
      <Field label="Person" className="w-36 max-sm:w-full">
        {(control) => (
          <SettledInput
            {...control}
            value={state.actor ?? ""}
            options={people}
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
              const kind = entityKinds.find((known) => known === target.value) ?? null;
              const fits = !kind || !state.action || state.action.startsWith(kind);
              setState({ kind, ...(!fits && { action: null }) });
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
              setState({ action: actions.find((known) => known === target.value) ?? null })
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
  /** What was typed, until it is known to name a thing. */
  const [held, setHeld] = useState<string | null>(null);
  const [isUnknown, setUnknown] = useState(false);
  const { names, load } = useThingNames(isNear);

  async function settle(typed: string) {
    setHeld(typed);
    const entity = typed === "" ? null : thingNamed(typed, await load());
    const isNamed = typed === "" || entity !== null;
    setUnknown(!isNamed);
    if (!isNamed) return;
    setHeld(null);
    void setState({ entity });
  }

  return (
    <Field
      label="Thing"
      className="w-64 max-sm:w-full"
      error={
        isUnknown
          ? `“${held}” names no single thing. Choose one, or write its kind in front: model:${held}`
          : undefined
      }
    >
      {(control) => (
        <SettledInput
          {...control}
          value={held ?? state.entity ?? ""}
          options={names}
          placeholder="Model, agent or key"
          onSettle={settle}
          onFocus={() => setNear(true)}
        />
      )}
    </Field>
  );
}
