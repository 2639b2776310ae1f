"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { ContextSelect } from "@/components/model-facts/context-select";
import { FilterBar } from "@/components/ui/filter-bar";
import { TextInput } from "@/components/ui/form/text-input";
import { Chip } from "@/components/ui/text/chip";
import { Kbd } from "@/components/ui/text/kbd";
import { UnitSwitch } from "./unit-switch";
import { type FilterName, filterNames, type SetViewState, type ViewState } from "./view-state";

const filterLabels: Record<FilterName, string> = {
  active: "Active",
  inactive: "Inactive",
  tools: "Tools",
  vision: "Vision",
  unpriced: "Not priced",
  in_use: "In use",
  callable: "Runtime can call it",
  flagged: "Flagged",
};

export type ModelsToolbarProps = {
  view: ViewState;
  setView: SetViewState;
  columnMenu: ReactNode;
};

/** Search, filters and the price unit, all held in the URL. */
export function ModelsToolbar({ view, setView, columnMenu }: ModelsToolbarProps) {
  return (
    <FilterBar
      className="mt-3"
      search={<SearchBox value={view.q} onChange={(q) => setView({ q: q || null })} />}
      count={view.filter.length + Number(view.context > 0)}
      below={
        <fieldset className="flex flex-wrap gap-1.5">
          <legend className="sr-only">Filters</legend>
          {filterNames.map((name) => (
            <Chip
              key={name}
              pressed={view.filter.includes(name)}
              onToggle={(on) => setView({ filter: toggled(view.filter, name, on) })}
            >
              {filterLabels[name]}
            </Chip>
          ))}
        </fieldset>
      }
      end={columnMenu}
    >
      <ContextSelect
        tokens={view.context}
        onChange={(context) => setView({ context: context || null })}
      />
      <UnitSwitch unit={view.unit} onChange={(unit) => setView({ unit })} />
    </FilterBar>
  );
}

/** Active and inactive are exclusive; the others combine. */
function toggled(
  filter: readonly FilterName[],
  name: FilterName,
  on: boolean,
): FilterName[] | null {
  const opposite = name === "active" ? "inactive" : name === "inactive" ? "active" : null;
  const next = filter.filter((other) => other !== name && !(on && other === opposite));
  if (on) next.push(name);
  return next.length > 0 ? next : null;
}

const typesText = "input,textarea,select,[contenteditable]";

const slash = <Kbd>/</Kbd>;

function SearchBox({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  // The external system is the keyboard.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest(typesText);
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
      if (document.querySelector('[role="dialog"][data-sheet="modal"],[role="alertdialog"]'))
        return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <TextInput
      ref={input}
      type="search"
      aria-label="Search name or model ID"
      aria-keyshortcuts="/"
      placeholder="Name or model ID"
      autoComplete="off"
      spellCheck={false}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || value === "") return;
        event.preventDefault();
        onChange("");
      }}
      // Always rendered, because adding or removing it would remount the input.
      after={<span className={value === "" ? undefined : "hidden"}>{slash}</span>}
    />
  );
}
