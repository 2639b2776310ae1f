"use client";

import type { ReactNode } from "react";
import { ContextSelect } from "@/components/model-facts/context-select";
import { FilterBar } from "@/components/ui/filter-bar";
import { SearchInput } from "@/components/ui/form/search-input";
import { Chip } from "@/components/ui/text/chip";
import type { PriceFilter } from "./price-filter";

type Props = {
  filter: PriceFilter;
  onChange: (change: Partial<PriceFilter>) => void;
  children?: ReactNode;
};

export function PriceFilterBar({ filter, onChange, children }: Props) {
  const { q, tools, vision, inactive, context } = filter;
  return (
    <FilterBar
      label="Choose the models"
      search={
        <SearchInput
          aria-label="Search models"
          placeholder="Search name, ID or provider"
          value={q}
          onChange={({ target }) => onChange({ q: target.value })}
        />
      }
      count={[tools, vision, inactive, context > 0].filter(Boolean).length}
      end={children}
    >
      <Chip pressed={tools} onToggle={(next) => onChange({ tools: next })}>
        Tools
      </Chip>
      <Chip pressed={vision} onToggle={(next) => onChange({ vision: next })}>
        Vision
      </Chip>
      <Chip pressed={inactive} onToggle={(next) => onChange({ inactive: next })}>
        Inactive too
      </Chip>
      <ContextSelect tokens={context} onChange={(next) => onChange({ context: next })} />
    </FilterBar>
  );
}
