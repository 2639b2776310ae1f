"use client";

import { SearchInput } from "@/components/ui/form/search-input";
import { Select } from "@/components/ui/form/select";
import { formatProviderName } from "@/lib/format";
import { type AgentRow, notSet } from "./agent-rows";
import type { AgentsState, SetAgentsState } from "./agents-state";

type Props = { rows: readonly AgentRow[]; state: AgentsState; setState: SetAgentsState };

/** Search and filters; they offer what the rows hold. */
export function AgentsBar({ rows, state, setState }: Props) {
  const statuses = distinct(
    rows.map(({ agent }) => agent.status ?? notSet),
    state.status,
  );
  const providers = distinct(
    rows.map(({ providerId }) => providerId),
    state.provider,
  );
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      <SearchInput
        aria-label="Search agents"
        placeholder="Search name, model or provider"
        className="w-64 max-sm:w-full"
        value={state.q}
        onChange={(event) => setState({ q: event.target.value || null })}
      />
      <Select
        aria-label="Status"
        className="w-36 max-sm:flex-1"
        value={state.status}
        onChange={(event) => setState({ status: event.target.value || null })}
        options={[
          { value: "", label: "Any status" },
          ...statuses.map((status) => ({ value: status, label: status })),
        ]}
      />
      <Select
        aria-label="Provider"
        className="w-44 max-sm:flex-1"
        value={state.provider}
        onChange={(event) => setState({ provider: event.target.value || null })}
        options={[
          { value: "", label: "Any provider" },
          ...providers.map((id) => ({ value: id, label: formatProviderName(id) })),
        ]}
      />
    </search>
  );
}

/** The values that occur, and the one that the address asks for. */
function distinct(values: readonly string[], wanted: string): string[] {
  return [...new Set([...values, wanted])].filter(Boolean).sort();
}
