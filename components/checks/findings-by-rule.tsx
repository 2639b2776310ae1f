"use client";

import ChevronRight from "lucide-react/icons/chevron-right";
import { useId, useState } from "react";
import { FindingAction } from "@/components/operations/finding-action";
import { useFix } from "@/components/operations/use-fix";
import { classNames } from "@/components/ui/class-names";
import { Button } from "@/components/ui/form/button";
import { StatusMark } from "@/components/ui/text/status";
import type { Finding } from "@/lib/findings/schema";
import { formatCount } from "@/lib/format";
import {
  describeAffected,
  describeGroup,
  type FindingGroup,
  type FixableFinding,
  hasFixCall,
} from "./finding-groups";
import { DismissButton, FindingDetails, FindingItem, findingKey } from "./finding-item";
import { severityLabels } from "./finding-labels";
import { FixAllDialog } from "./lazy-dialogs";

/** What the dialog fixes together. */
type Fixing = { title: string; findings: FixableFinding[] };

type Props = {
  groups: readonly FindingGroup[];
  /** Groups start with their findings in view. */
  isOpen: boolean;
  canWrite: boolean;
  onDismiss: (finding: Finding) => void;
};

/** Findings in a line each, or in a line per rule if a rule finds several things. */
export function FindingsByRule({ groups, isOpen, ...rest }: Props) {
  const [fixing, setFixing] = useState<Fixing | null>(null);
  return (
    <>
      <ul aria-label="Findings">
        {groups.map((group) => {
          const [first] = group;
          const key = group.length > 1 ? `${first.severity} ${first.code}` : findingKey(first);
          const Line = group.length > 1 ? GroupLine : FindingLine;
          return (
            <Line
              key={`${key} ${isOpen}`}
              {...rest}
              group={group}
              isOpen={isOpen}
              onFix={setFixing}
            />
          );
        })}
      </ul>
      {fixing && <FixAllDialog {...fixing} onClose={() => setFixing(null)} />}
    </>
  );
}

/** Findings of a rule that are drawn at once. */
const pageSize = 100;

type LineProps = Omit<Props, "groups"> & {
  group: FindingGroup;
  onFix: (fixing: Fixing) => void;
};

function FindingLine({ group, isOpen, canWrite, onDismiss }: LineProps) {
  const [finding] = group;
  const repair = useFix(finding);
  const { action } = finding;
  return (
    <Disclosure
      group={group}
      isOpen={isOpen}
      mustShow={repair.error !== null}
      action={
        action && (
          <FindingAction
            action={action}
            canWrite={canWrite}
            repair={repair}
            subject={finding.subject.id}
          />
        )
      }
    >
      <div className="flex flex-wrap items-start justify-between gap-2 pr-4 pb-3 pl-11 max-sm:pl-4">
        <FindingDetails finding={finding} error={repair.error} />
        {canWrite && <DismissButton finding={finding} onDismiss={onDismiss} />}
      </div>
    </Disclosure>
  );
}

function GroupLine({ group, isOpen, canWrite, onDismiss, onFix }: LineProps) {
  const title = describeGroup(group);
  const fixable = group.filter(hasFixCall);
  const [shown, setShown] = useState(pageSize);
  return (
    <Disclosure
      group={group}
      isOpen={isOpen}
      action={
        canWrite &&
        fixable.length > 1 && (
          <Button size="sm" onClick={() => onFix({ title, findings: fixable })}>
            <span>
              {fixAllLabel(fixable)}
              <span className="sr-only"> {title}</span>
            </span>
          </Button>
        )
      }
    >
      <ul aria-label={title} className="border-t border-line pl-7 max-sm:pl-0">
        {group.slice(0, shown).map((finding) => (
          <FindingItem
            key={findingKey(finding)}
            finding={finding}
            canWrite={canWrite}
            onDismiss={onDismiss}
          />
        ))}
      </ul>
      {shown < group.length && (
        <div className="border-t border-line px-4 py-2 text-center">
          <Button size="sm" onClick={() => setShown(shown + pageSize)}>
            Show {Math.min(pageSize, group.length - shown)} more
          </Button>
        </div>
      )}
    </Disclosure>
  );
}

/** "Confirm price: all 8…", or "Fix 3…" if their fixes differ. */
function fixAllLabel(findings: readonly FixableFinding[]): string {
  const labels = new Set(findings.map(({ action }) => action.label));
  const count = formatCount(findings.length);
  const [label] = labels;
  return labels.size === 1 ? `${label}: all ${count}…` : `Fix ${count}…`;
}

type DisclosureProps = {
  group: FindingGroup;
  /** At first. */
  isOpen: boolean;
  /** Keeps it open, for the error of a refused fix. */
  mustShow?: boolean;
  action: React.ReactNode;
  children: React.ReactNode;
};

function Disclosure({ group, action, children, mustShow, ...initially }: DisclosureProps) {
  const [isOpened, setOpened] = useState(initially.isOpen);
  const isOpen = isOpened || mustShow === true;
  const panelId = useId();
  const { tone, singular } = severityLabels[group[0].severity];
  const affected = describeAffected(group);
  return (
    <li className="border-t border-line first:border-t-0">
      <div className="flex flex-wrap items-center gap-x-4 px-4 py-1">
        <h3 className="min-w-0 flex-1 basis-80 font-medium max-sm:basis-full">
          <button
            type="button"
            aria-expanded={isOpen}
            aria-controls={panelId}
            className="flex w-full items-center gap-2 py-1 text-left"
            onClick={() => setOpened(!isOpen)}
          >
            <ChevronRight
              aria-hidden="true"
              className={classNames("size-3.5 shrink-0 text-ink-3", isOpen && "rotate-90")}
            />
            <StatusMark tone={tone} label={singular} />
            <span className="min-w-0 wrap-anywhere">{describeGroup(group)}</span>
          </button>
        </h3>
        {affected && <p className="text-sm text-ink-3 tabular-nums max-sm:pl-11">{affected}</p>}
        {action && <div className="max-sm:py-1 max-sm:pl-11">{action}</div>}
      </div>
      <div id={panelId} hidden={!isOpen}>
        {isOpen && children}
      </div>
    </li>
  );
}
