"use client";

import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Field } from "@/components/ui/form/field";
import { Select } from "@/components/ui/form/select";
import { Dialog } from "@/components/ui/overlay/dialog";
import { TextDiff } from "@/components/ui/text/text-diff";
import type { AgentRecord } from "@/lib/agents/schema";
import { type FieldPair, versionDiff } from "./version-diff";

type Props = {
  versions: readonly AgentRecord[];
  /** The initial versions. */
  before: string;
  after: string;
  onClose: () => void;
};

/** Compares any two versions of an agent field by field, with prompts and JSON line by line. */
export function CompareVersions({ versions, onClose, ...first }: Props) {
  const [before, setBefore] = useState(first.before);
  const [after, setAfter] = useState(first.after);
  const find = (name: string) => versions.find(({ version }) => version === name);
  const [old, next] = [find(before), find(after)];
  const options = versions.map(({ version, status }) => ({
    value: version,
    label: version,
    description: status ?? "no status",
  }));
  return (
    <Dialog
      size="lg"
      title={`Two versions of ${versions[0]?.agent_name}`}
      onClose={onClose}
      footer={<Button onClick={onClose}>Close</Button>}
    >
      <div className="grid grid-cols-2 gap-3">
        <Field label="From">
          {(control) => (
            <Select
              {...control}
              value={before}
              onChange={({ target }) => setBefore(target.value)}
              options={options}
            />
          )}
        </Field>
        <Field label="To">
          {(control) => (
            <Select
              {...control}
              value={after}
              onChange={({ target }) => setAfter(target.value)}
              options={options}
            />
          )}
        </Field>
      </div>
      {old && next ? (
        <Differences before={old} after={next} />
      ) : (
        <p className="mt-4 text-ink-2">One of them was deleted meanwhile: choose another.</p>
      )}
    </Dialog>
  );
}

function Differences({ before, after }: { before: AgentRecord; after: AgentRecord }) {
  const { changed, same } = versionDiff(before, after);
  return (
    <section aria-label="Differences" aria-live="polite" className="mt-4">
      {changed.length === 0 && <p>Nothing differs but the version.</p>}
      <dl>
        {changed.map((pair) => (
          <div
            key={pair.label}
            className="grid gap-x-4 gap-y-1 border-t border-line py-2 sm:grid-cols-[7rem_minmax(0,1fr)]"
          >
            <dt className="text-ink-3">{pair.label}</dt>
            <dd className="min-w-0 wrap-anywhere">
              <Pair {...pair} />
            </dd>
          </div>
        ))}
      </dl>
      {same.length > 0 && changed.length > 0 && (
        <p className="border-t border-line pt-2 text-ink-3">The same in both: {same.join(", ")}.</p>
      )}
    </section>
  );
}

/** Longer values are compared line by line. */
const longFrom = 100;

function Pair({ label, before, after }: FieldPair) {
  const isLong = [before, after].some(
    (text) => text !== null && (text.length > longFrom || text.includes("\n")),
  );
  if (isLong && before !== null && after !== null) {
    return <TextDiff label={label} before={before} after={after} isOpen />;
  }
  return (
    <>
      <Value text={before} />{" "}
      <span aria-hidden="true" className="text-ink-3">
        →
      </span>
      <span className="sr-only">became</span> <Value text={after} />
    </>
  );
}

function Value({ text }: { text: string | null }) {
  if (text === null) return <span className="text-ink-3">not set</span>;
  if (text === "") return <span className="text-ink-3">empty</span>;
  return <span className="font-mono text-sm whitespace-pre-wrap">{text}</span>;
}
