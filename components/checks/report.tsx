"use client";

import { parseAsString, parseAsStringLiteral } from "nuqs/server";
import { FilterBar } from "@/components/ui/filter-bar";
import { Button } from "@/components/ui/form/button";
import { SearchInput } from "@/components/ui/form/search-input";
import { Chip } from "@/components/ui/text/chip";
import { Count } from "@/components/ui/text/count";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { useUrlState } from "@/components/ui/url-state";
import type { CheckReport } from "@/lib/checks/schema";
import { findingSeverities } from "@/lib/findings/rules/severity";
import type { Finding } from "@/lib/findings/schema";
import { DismissedList } from "./dismissed-list";
import { groupFindings, matchesSearch } from "./finding-groups";
import { kindLabels, severityLabels } from "./finding-labels";
import { FindingsByRule } from "./findings-by-rule";

// Object.keys loses the type.
const kinds = Object.keys(kindLabels) as (keyof typeof kindLabels)[];
const filterState = {
  q: parseAsString.withDefault(""),
  severity: parseAsStringLiteral(findingSeverities),
  kind: parseAsStringLiteral(kinds),
};
type Props = {
  report: CheckReport;
  canWrite: boolean;
  onDismiss: (finding: Finding) => void;
};

/** The findings that fit the filters, what could not be checked, and what was dismissed. */
export function Report({ report, canWrite, onDismiss }: Props) {
  const [filter, setFilter] = useUrlState(filterState);
  const { q, severity, kind } = filter;
  const { findings, dismissed, unchecked } = report;
  const matching = findings.filter(
    (finding) =>
      (!severity || finding.severity === severity) &&
      (!kind || finding.subject.kind === kind) &&
      matchesSearch(finding, q),
  );
  return (
    <>
      {unchecked.map((message) => (
        <Note key={message} tone="warn" title="Not everything could be checked." className="mb-3">
          {message}
        </Note>
      ))}
      {findings.length > 0 && <Filters findings={findings} filter={filter} onChange={setFilter} />}
      <div className="rounded-lg border border-line bg-panel">
        {matching.length === 0 ? (
          <Nothing isNarrowed={findings.length > 0} onClear={() => setFilter(null)} />
        ) : (
          <FindingsByRule
            groups={groupFindings(matching)}
            isOpen={q !== ""}
            canWrite={canWrite}
            onDismiss={onDismiss}
          />
        )}
      </div>
      <DismissedList dismissed={dismissed} canWrite={canWrite} />
    </>
  );
}

type ChecksFilter = {
  q: string;
  severity: Finding["severity"] | null;
  kind: Finding["subject"]["kind"] | null;
};

type FiltersProps = {
  findings: readonly Finding[];
  filter: ChecksFilter;
  onChange: (change: Partial<ChecksFilter>) => void;
};

function Filters({ findings, filter, onChange }: FiltersProps) {
  const { q, severity, kind } = filter;
  const present = kinds.filter((entry) => findings.some(({ subject }) => subject.kind === entry));
  return (
    <FilterBar
      label="Filter the findings"
      count={Number(severity !== null) + Number(kind !== null)}
      search={
        <SearchInput
          aria-label="Search findings"
          placeholder="Search findings"
          value={q}
          onChange={(event) => onChange({ q: event.target.value })}
        />
      }
    >
      {findingSeverities.map((entry) => {
        const count = findings.filter((finding) => finding.severity === entry).length;
        if (count === 0) return null;
        return (
          <Chip
            key={entry}
            pressed={severity === entry}
            onToggle={(on) => onChange({ severity: on ? entry : null })}
          >
            {capitalize(severityLabels[entry].plural)} <Count value={count} />
          </Chip>
        );
      })}
      <span aria-hidden="true" className="mx-1 h-4 border-l border-line max-sm:hidden" />
      {present.map((entry) => (
        <Chip
          key={entry}
          pressed={kind === entry}
          onToggle={(on) => onChange({ kind: on ? entry : null })}
        >
          {kindLabels[entry]}
        </Chip>
      ))}
    </FilterBar>
  );
}

function capitalize(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function Nothing({ isNarrowed, onClear }: { isNarrowed: boolean; onClear: () => void }) {
  if (isNarrowed) {
    return (
      <EmptyState
        title="Nothing fits these filters"
        action={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  }
  return (
    <EmptyState title="Nothing is wrong">
      Each time this page opens, it checks models, agents, keys, prices and the permissions that AWS
      denied. Problems appear here, most severe first, each with its fix.
    </EmptyState>
  );
}
