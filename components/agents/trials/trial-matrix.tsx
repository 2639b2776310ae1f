"use client";

import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { useGridFocus } from "@/components/ui/table/use-grid-focus";
import { StatusMark } from "@/components/ui/text/status";
import { formatProviderName } from "@/lib/format";
import type { CaseSummary } from "@/lib/trials/rules/case-schema";
import type { TargetSummary, Trial, TrialCell } from "@/lib/trials/schema";
import { describeCell } from "./cell-labels";
import { figureRows } from "./figure-rows";
import { describeCase, type TargetName } from "./trial-labels";

type Props = {
  trial: Trial;
  /** In the order of the targets. */
  names: readonly TargetName[];
  /** The indexes of the cases to show. */
  cases: readonly number[];
  /** The action for a model, below its figures. */
  action: (target: TargetSummary) => ReactNode;
  tag: (target: TargetSummary) => ReactNode;
  onOpen: (cell: TrialCell) => void;
};

const side = "sticky left-0 z-10 border-r border-line bg-panel text-left font-normal";
const divided = "border-l border-line first-of-type:border-l-0";

/** Cases by models: the figures of each model on top, then a cell for each case. */
export function TrialMatrix({ trial, names, cases, action, tag, onOpen }: Props) {
  const { targets, case_list, cells } = trial;
  const { grid, cell } = useGridFocus({ rows: cases.length, columns: targets.length });
  const width = 160 + 168 * targets.length;
  return (
    <ScrollRegion
      label="Cases and models"
      className="-mx-4 max-h-[85dvh] overflow-auto border-y border-line"
    >
      <table
        {...grid}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are moved through by keys
        role="grid"
        aria-label="Cases by model"
        aria-readonly="true"
        className="w-full table-fixed border-separate border-spacing-0"
        style={{ minWidth: width }}
      >
        <thead>
          <tr>
            <th scope="col" className={`${side} top-0 z-20 w-[24%] border-b px-4 py-2 max-sm:w-32`}>
              <span className="text-sm text-ink-3">Case</span>
            </th>
            {targets.map((target, index) => (
              <th
                key={names[index]?.pk}
                scope="col"
                className={`${divided} sticky top-0 z-10 border-b border-b-line bg-panel px-3 py-2 text-left align-top font-medium`}
              >
                <span className="block wrap-anywhere">{names[index]?.name}</span>
                <span className="block font-mono text-xs font-normal wrap-anywhere text-ink-3">
                  {formatProviderName(target.provider)} · {target.model_id}
                </span>
                {tag(target)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {figureRows(trial).map((row, at) => (
            <tr key={row.label}>
              <th
                scope="row"
                className={`${side} px-4 py-0.5 text-ink-2 ${at === 0 ? "pt-2" : ""}`}
              >
                {row.label}
              </th>
              {row.cells.map(({ text, isBad }, index) => (
                <td
                  key={names[index]?.pk}
                  className={classNames(
                    divided,
                    "px-3 py-0.5 tabular-nums",
                    at === 0 && "pt-2",
                    isBad && "font-medium text-bad",
                  )}
                >
                  {text}
                </td>
              ))}
            </tr>
          ))}
          <tr>
            <td className={`${side} border-b px-4`} />
            {targets.map((target, index) => (
              <td
                key={names[index]?.pk}
                className={`${divided} border-b border-b-line px-3 pt-1.5 pb-2.5 align-top`}
              >
                {action(target)}
              </td>
            ))}
          </tr>
        </tbody>
        <tbody>
          {cases.map((index, row) => {
            const trialCase = case_list.find((entry) => entry.index === index);
            return (
              <tr key={index}>
                <th scope="row" className={`${side} border-b px-4 py-2 align-top`}>
                  {trialCase && <CaseName entry={trialCase} />}
                </th>
                {targets.map((_, column) => {
                  const trialCell = cells.find(
                    (entry) => entry.case === index && entry.target === column,
                  );
                  return (
                    <td
                      key={names[column]?.pk}
                      className={`${divided} border-b border-b-line p-0 align-top`}
                    >
                      {trialCell && (
                        <Cell
                          trial={trial}
                          cell={trialCell}
                          focus={cell(row, column)}
                          onOpen={onOpen}
                        />
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function CaseName({ entry }: { entry: CaseSummary }) {
  const { title, about } = describeCase(entry);
  return (
    <>
      <span className="line-clamp-3 wrap-anywhere">
        <span className="mr-1.5 font-mono text-sm text-ink-3">{entry.index + 1}</span>
        {title}
      </span>
      {about && <span className="block text-sm wrap-anywhere text-ink-3">{about}</span>}
    </>
  );
}

type CellProps = {
  trial: Trial;
  cell: TrialCell;
  focus: { "data-cell": string; tabIndex: number };
  onOpen: (cell: TrialCell) => void;
};

function Cell({ trial, cell, focus, onOpen }: CellProps) {
  const { tone, label, isName, notes, figures } = describeCell(trial, cell);
  return (
    <button
      type="button"
      {...focus}
      onClick={() => onOpen(cell)}
      className="flex size-full min-h-13 scroll-mt-20 flex-col px-3 py-2 text-left -outline-offset-2 hover:bg-sunken"
    >
      <span className="flex gap-1.5">
        <span className="flex h-5 shrink-0 items-center">
          <StatusMark tone={tone} />
        </span>
        <span
          className={classNames("min-w-0 wrap-anywhere", isName && "font-mono text-sm leading-5")}
        >
          {label}
        </span>
      </span>
      {notes.map((note) => (
        <span key={note} className="block text-sm text-ink-2 wrap-anywhere">
          {note}
        </span>
      ))}
      {figures && <span className="block text-sm text-ink-3 tabular-nums">{figures}</span>}
    </button>
  );
}
