"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { agentQueries } from "@/components/agents/queries";
import { AgentLinks } from "@/components/models/sheet/model-details";
import { PriceOriginText } from "@/components/prices/price-origin-text";
import { Field } from "@/components/ui/form/field";
import { RichSelect } from "@/components/ui/form/rich-select";
import { SearchInput } from "@/components/ui/form/search-input";
import { formatCount, pluralize } from "@/lib/format";
import type { AgentRef, ModelRecord } from "@/lib/models/schema";
import { filterOptions, fixedAgents, maxOptions, replacementOptions } from "./replacement-options";

export type ReplacementFieldProps = {
  model: ModelRecord;
  models: readonly ModelRecord[];
  users: readonly AgentRef[];
  value: string;
  onChange: (pk: string) => void;
};

/** The model's agents, and the choice of their replacement. */
export function ReplacementField({ model, models, users, value, onChange }: ReplacementFieldProps) {
  const agents = useQuery(agentQueries.list());
  const [search, setSearch] = useState("");
  const all = useMemo(() => {
    const fixed = fixedAgents(users, agents.data?.agents ?? []);
    return replacementOptions(model, models, fixed);
  }, [model, models, users, agents.data]);
  const matching = filterOptions(all, search, value);
  const pronoun = users.length === 1 ? "it" : "them";
  const effect = `Takes effect on the next invocation. One undo brings the model back and switches ${pronoun} back.`;
  return (
    <>
      <div>
        <p className="mb-1">
          {pluralize(users.length, "agent")} {users.length === 1 ? "uses" : "use"} it and would fail
          without it:
        </p>
        <AgentLinks agents={users} />
      </div>
      {all.length > maxOptions && (
        <Field label="Find a model">
          {(control) => (
            <SearchInput
              {...control}
              value={search}
              onChange={({ target }) => setSearch(target.value)}
            />
          )}
        </Field>
      )}
      <Field
        label={`Switch ${pronoun} to`}
        hint={value === "" ? offered(matching.total) : effect}
        required
      >
        {(control) => (
          <RichSelect
            {...control}
            value={value}
            placeholder="Choose the replacement"
            options={matching.options}
            onValueChange={onChange}
          />
        )}
      </Field>
      {value !== "" && (
        <p className="text-sm text-ink-3">
          Its price: <PriceOriginText pk={value} name="input_price" />
        </p>
      )}
    </>
  );
}

function offered(total: number): string {
  if (total === 0) return "No such model has this in its name or ID";
  const which = "active models that aren't retired and that the runtime can call";
  if (total <= maxOptions) return `Only ${which}`;
  return `The first ${maxOptions} of ${formatCount(total)} ${which}`;
}
