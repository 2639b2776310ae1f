"use client";

import type { ReactNode } from "react";
import { SearchInput } from "@/components/ui/form/search-input";
import { Chip } from "@/components/ui/text/chip";
import type { PriceFilter } from "./price-filter";

type Props = {
  filter: PriceFilter;
  onChange: (change: Partial<PriceFilter>) => void;
  children?: ReactNode;
};

export function PriceFilterBar({ filter, onChange, children }: Props) {
  return (
    <search aria-label="Choose the models" className="mb-3 flex flex-wrap items-center gap-2">
      <SearchInput
        aria-label="Search models"
        placeholder="Search name, ID or provider"
        className="w-64 max-sm:w-full"
        value={filter.q}
        onChange={({ target }) => onChange({ q: target.value })}
      />
      <Chip pressed={filter.tools} onToggle={(tools) => onChange({ tools })}>
        Tools
      </Chip>
      <Chip pressed={filter.vision} onToggle={(vision) => onChange({ vision })}>
        Vision
      </Chip>
      <Chip pressed={filter.inactive} onToggle={(inactive) => onChange({ inactive })}>
        Inactive too
      </Chip>
      {children && (
        <span className="ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0">{children}</span>
      )}
    </search>
  );
}
